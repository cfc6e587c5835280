import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type BatchOptions, makeBatchTransport } from '../../src/annotators/vlm/batch/batch-transport.ts'
import { hashOf } from '../../src/files/content-hash.ts'
import type { Exchange } from '../../src/annotators/vlm/exchange.ts'
import type { Request } from '../../src/annotators/vlm/transport.ts'
import { question } from './converse.ts'
import type { FakeReply } from './fake.ts'
import { anthropicError } from './anthropic.ts'
import type { BatchDesk } from './fake-batch.ts'
import { googleError } from './google.ts'
import type { OpenFake } from './open-fake.ts'
import { type BatchingProvider, openFakeBatch } from './open-fake-batch.ts'
import { openAiError } from './openai.ts'

/** The key of the question that a fake model answers with this word. */
export const keyOf = (word: string): string => hashOf(word)

/** What is left of a run when its process ends, and what can be done with it. */
export interface BatchWorld extends OpenFake {
  readonly desk: BatchDesk
  readonly replies: Map<string, Exchange>
  readonly folder: string
  /** How often a message was composed. */
  composed: number
  /** A process: asks all words at once and resolves to the replies' texts, or to the errors. */
  run: (words: readonly string[], options?: Partial<BatchOptions> & { signal?: AbortSignal }) => Promise<unknown[]>
  /** Waits until the provider has so many batches. */
  batches: (count: number) => Promise<void>
  /** How often each word was answered and billed. */
  billed: (words: readonly string[]) => number[]
  /** Open batches that are noted down. */
  records: () => Promise<string[]>
}

/** Opens a fake provider and an empty folder until the end of the test. */
export async function batchWorld(provider: BatchingProvider): Promise<BatchWorld> {
  const fake = await openFakeBatch(provider)
  const folder = await mkdtemp(join(tmpdir(), 'labelwright-batch-'))
  const replies = new Map<string, Exchange>()
  onTestFinished(async () => {
    await fake.close()
    await rm(folder, { recursive: true })
  })
  const { desk, connection } = fake

  const request = (word: string): Request => ({
    key: keyOf(word),
    tokens: { input: 1000, output: 50 },
    compose: () => {
      world.composed++
      const [picture] = question.prompt[0]!.content
      return Promise.resolve({
        ...question,
        prompt: [{ role: 'user', content: [picture as never, { type: 'text', text: `What is this? ${word}` }] }],
      })
    },
  })
  const world: BatchWorld = {
    ...fake,
    replies,
    folder,
    composed: 0,
    run: async (words, { signal = new AbortController().signal, ...options } = {}) => {
      const send = makeBatchTransport({
        connection,
        folder,
        replies: { read: (key) => replies.get(key), write: (key, exchange) => void replies.set(key, exchange) },
        clock: { now: () => Date.now() },
        collectMs: 5,
        pollMs: 2,
        settleMs: 20,
        ...options,
      })
      return Promise.all(
        words.map((word) =>
          send(request(word), signal).then(
            ({ text }) => text,
            (thrown: unknown) => thrown,
          ),
        ),
      )
    },
    batches: async (count) => {
      while (desk.batches.length < count) await new Promise((resolve) => setTimeout(resolve, 2))
    },
    billed: (words) => words.map((word) => desk.billed.filter((key) => key === keyOf(word)).length),
    records: async () => (await readdir(folder)).map((name) => join(folder, name)),
  }
  return world
}

/** What the fake model says to a word. */
export const said = (word: string): string => `{"label":"${word}"}`

/** A failure as each provider words it. */
export const failures: Readonly<Record<BatchingProvider, (status: 400 | 503) => FakeReply>> = {
  openai: (status) => openAiError(status, 'no such luck'),
  anthropic: (status) =>
    status === 400
      ? anthropicError(400, 'invalid_request_error', 'no such luck')
      : anthropicError(529, 'overloaded_error', 'no such luck'),
  google: (status) => googleError(status, status === 400 ? 'INVALID_ARGUMENT' : 'UNAVAILABLE', 'no such luck'),
}
