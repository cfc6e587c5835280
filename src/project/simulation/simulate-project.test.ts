import { expect, test } from 'vitest'
import type { Config } from '../config.ts'
import { parseContestants } from './contestant.ts'
import type { SimulationSettings } from './settings.ts'
import { planRuns } from './simulate-project.ts'
import { smallWorld } from './small-world.ts'
import type { World } from './world.ts'

const price = { kind: 'answer', amount: 1 } as const
const model = { kind: 'recorded', id: 'qwen', price, verifies: false, questions: [], said: [] } as const
const world: World = { ...smallWorld, players: [model] }

function namesIn(changed: Partial<World>, list?: string): string[] {
  const settings = { contestants: list === undefined ? null : parseContestants(list), seeds: 1 } as SimulationSettings
  const { runs } = planRuns({ ...world, ...changed }, settings, { seed: 1 } as Config, 1)
  return runs.map(({ contestant }) => contestant.name)
}

test('by default those play that can: iso and prior where a model does, and it is the one that they are told to ask', () => {
  expect(namesIn({})).toEqual(['information', 'margin', 'random', 'iso', 'prior'])
  expect(namesIn({ players: [] })).toEqual(['information', 'margin', 'random'])
  expect(namesIn({ iso: { annotator: 'gpt' } })).toEqual(['information', 'margin', 'random', 'prior'])
})

test('who is asked for by name and cannot play is refused', () => {
  expect(namesIn({ iso: { annotator: 'gpt' } }, 'iso:annotator=qwen')).toEqual(['iso:annotator=qwen'])
  for (const [changed, words] of [
    [{ iso: { annotator: 'gpt' } }, 'The strategy iso wants the annotator "gpt", which does not play.'],
    [{ players: [] }, 'The strategy iso needs an untrusted annotator, and none plays.'],
  ] as const)
    expect(() => namesIn(changed, 'iso')).toThrow(expect.objectContaining({ code: 'bad-option', problem: words }))
})
