import { expect, test } from 'vitest'
import { makeSingleFlight } from './single-flight.ts'

const never = new AbortController().signal

/** A job that ends when it is told to, or when nobody wants it any more. */
function makeJob() {
  const started: PromiseWithResolvers<string>[] = []
  const job = (signal: AbortSignal): Promise<string> => {
    const end = Promise.withResolvers<string>()
    started.push(end)
    signal.addEventListener('abort', () => end.reject(signal.reason as Error))
    return end.promise
  }
  return { started, job }
}

test('equal jobs at the same time are done once, later ones again, others of their own', async () => {
  const fly = makeSingleFlight<string>()
  const { started, job } = makeJob()
  const three = [fly('a', never, job), fly('a', never, job), fly('b', never, job)]
  expect(started).toHaveLength(2)
  started[0]!.resolve('one')
  started[1]!.resolve('two')
  expect(await Promise.all(three)).toEqual(['one', 'one', 'two'])
  const again = fly('a', never, job)
  started[2]!.reject(new Error('broken'))
  await expect(again).rejects.toThrow('broken')
  expect(started).toHaveLength(3)
})

test('a job goes on as long as one of those who asked still wants it', async () => {
  const fly = makeSingleFlight<string>()
  const { started, job } = makeJob()
  const leaver = new AbortController()
  const both = [fly('a', leaver.signal, job), fly('a', never, job)]
  leaver.abort()
  started[0]!.resolve('paid for')
  expect(await Promise.all(both)).toEqual(['paid for', 'paid for'])
  await expect(fly('a', leaver.signal, job)).rejects.toMatchObject({ name: 'AbortError' })
})

test('a job that nobody wants any more is ended, and who comes just then gets one of his own', async () => {
  const fly = makeSingleFlight<string>()
  const { started, job } = makeJob()
  const leaver = new AbortController()
  const left = fly('a', leaver.signal, job)
  leaver.abort()
  const late = fly('a', never, job)
  await expect(left).rejects.toMatchObject({ name: 'AbortError' })
  await new Promise(setImmediate)
  started[1]!.resolve('asked again')
  expect(await late).toBe('asked again')
})
