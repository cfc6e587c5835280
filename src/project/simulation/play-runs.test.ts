import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { expect, test } from 'vitest'
import { plainContestant } from './contestant.ts'
import { playRuns, type PlayHooks } from './play-runs.ts'
import type { Run } from './run.ts'
import { anna, smallWorld } from './small-world.ts'

const runs = [1, 2, 3].map((seed): Run => ({ contestant: plainContestant('random'), seed }))
const hooks: PlayHooks = {
  signal: new AbortController().signal,
  processes: 2,
  onTurn: () => undefined,
  onDone: async () => undefined,
}

/** Processes that this one started. */
const children: ChildProcess[] = []
subscribe('child_process', (started) => void children.push((started as { process: ChildProcess }).process))

test('each run is played once, and its turns are told as they come', async () => {
  const [done, turns] = [[] as number[], [] as number[]]
  await playRuns(smallWorld, runs, {
    ...hooks,
    onTurn: (_, spent) => turns.push(spent),
    onDone: async ({ seed }, { points }) => {
      done.push(seed)
      expect(points.at(-1)!.spent).toBe(40)
    },
  })
  expect(done.toSorted((a, b) => a - b)).toEqual([1, 2, 3])
  expect(Math.max(...turns)).toBe(40)
})

test('what a run throws comes out with its code, and says which run it was', async () => {
  await expect(playRuns({ ...smallWorld, players: [{ ...anna, noise: 2 }] }, runs, hooks)).rejects.toMatchObject({
    code: 'bad-noise',
    problem: expect.stringMatching(/^random, seed \d: A noise rate of 2 is no probability/),
  })
})

test('a process that dies is named, with how it ended', async () => {
  const killAll = (): void => children.forEach((child) => child.kill('SIGKILL'))
  await expect(playRuns(smallWorld, runs, { ...hooks, onTurn: killAll })).rejects.toMatchObject({
    code: 'simulation-failed',
    problem: expect.stringMatching(/^The process that played random, seed \d ended with SIGKILL/),
    fix: expect.stringContaining('Finished runs are kept'),
  })
})

test('runs that are called off end at once, and leave no process behind', async () => {
  const stop = new AbortController()
  const played = playRuns(smallWorld, runs, { ...hooks, signal: stop.signal, onTurn: () => stop.abort() })
  await expect(played).rejects.toMatchObject({ name: 'AbortError' })
  expect(children.length).toBeGreaterThan(0)
  const running = (): number => children.filter((child) => (child.exitCode ?? child.signalCode) === null).length
  await expect.poll(running).toBe(0)
})
