import type { Context, Hono } from 'hono'
import type { z } from 'zod'
import { type FakeReply, type FakeState, send } from './fake.ts'

/** A batch as it lies at a fake provider. */
export interface FakeBatch {
  readonly id: string
  /** What the client attached to find it again; null where the provider takes nothing of the kind. */
  readonly label: string | null
  readonly createdAt: Date
  readonly entries: readonly { readonly key: string; readonly body: unknown }[]
  /** Polls that it is still under way for. */
  polls: number
  ending: 'under way' | 'completed' | 'expired' | 'cancelled' | 'failed'
  /** Why all of it failed. */
  failure: { readonly code: string; readonly message: string } | null
  readonly outcomes: Outcome[]
}

interface Outcome {
  readonly key: string
  readonly reply: FakeReply | 'expired' | 'canceled'
}

/** How a fake's batch interface is to behave, and what came of it. */
export interface BatchDesk {
  readonly batches: FakeBatch[]
  /** The key of every message that was answered, as often as it was. */
  readonly billed: string[]
  /** Polls for which new batches are under way. */
  polls: number
  /** What becomes of a message; a reply stands for an error. */
  fate: (key: string) => 'answered' | 'expired' | 'canceled' | 'forgotten' | FakeReply
  /** Says something instead of what is due; null: does not. */
  disturb: (request: { method: string; path: string }) => FakeReply | null
}

export function makeDesk(): BatchDesk {
  return { batches: [], billed: [], polls: 1, fate: () => 'answered', disturb: () => null }
}

/** Lets a fake say something else than is due, from here on. */
export function disturbed(app: Hono, state: FakeState, desk: BatchDesk): void {
  app.use('*', async (c, next) => {
    const reply = desk.disturb({ method: c.req.method, path: c.req.path })
    return reply ? send(state, reply) : next()
  })
}

export function beginBatch(
  desk: BatchDesk,
  about: Pick<FakeBatch, 'id' | 'label' | 'entries'> & { failure?: FakeBatch['failure'] },
): FakeBatch {
  const failure = about.failure ?? null
  const batch: FakeBatch = {
    ...about,
    failure,
    createdAt: new Date(),
    polls: desk.polls,
    ending: failure ? 'failed' : 'under way',
    outcomes: [],
  }
  // The newest is listed first.
  desk.batches.unshift(batch)
  return batch
}

/** A look at a batch brings its end nearer. */
export function pollBatch(desk: BatchDesk, id: string, answer: (body: unknown) => FakeReply): FakeBatch | undefined {
  const batch = desk.batches.find((each) => each.id === id)
  if (batch?.ending === 'under way' && batch.polls-- <= 0) endBatch(desk, batch, answer)
  return batch
}

/** Answers what a batch holds, last first: outcomes come in any order. */
function endBatch(desk: BatchDesk, batch: FakeBatch, answer: (body: unknown) => FakeReply): void {
  batch.ending = 'completed'
  for (const { key, body } of batch.entries.toReversed()) {
    const fate = desk.fate(key)
    if (fate === 'expired') batch.ending = 'expired'
    if (fate === 'canceled') batch.ending = 'cancelled'
    if (fate === 'forgotten') continue
    const reply = fate === 'answered' ? answer(body) : fate
    if (typeof reply === 'object' && reply.status === 200) desk.billed.push(key)
    batch.outcomes.push({ key, reply })
  }
}

/** One page of a list that goes on after the entry with this id. */
export function pageOf(
  desk: BatchDesk,
  after: string | undefined,
  limit: number,
): { page: FakeBatch[]; more: boolean } {
  const start = after === undefined ? 0 : desk.batches.findIndex(({ id }) => id === after) + 1
  return { page: desk.batches.slice(start, start + limit), more: start + limit < desk.batches.length }
}

export function jsonLines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

/** Parses a file of JSON lines; null where a line is not what it must be, or two have one key. */
export function parseLines<T>(schema: z.ZodType<T>, text: string, keyOf: (line: T) => string): T[] | null {
  const lines = text.split('\n').filter(Boolean)
  const parsed = lines.map((line) => schema.safeParse(JSON.parse(line)).data)
  if (!parsed.every((line) => line !== undefined)) return null
  return new Set(parsed.map(keyOf)).size === parsed.length && parsed.length > 0 ? parsed : null
}

export function logRequest(state: FakeState, c: Context): void {
  state.log.push({ path: c.req.path, headers: c.req.raw.headers, body: null })
}
