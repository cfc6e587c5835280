import type { Hono } from 'hono'
import { z } from 'zod'
import { answerAnthropic, anthropicError } from './anthropic.ts'
import { type FakeReply, type FakeState, logged, send } from './fake.ts'
import {
  beginBatch,
  type BatchDesk,
  disturbed,
  type FakeBatch,
  jsonLines,
  logRequest,
  pageOf,
  pollBatch,
} from './fake-batch.ts'

const createSchema = z.strictObject({
  requests: z
    .array(z.strictObject({ custom_id: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/), params: z.looseObject({}) }))
    .min(1)
    .refine((requests) => new Set(requests.map(({ custom_id }) => custom_id)).size === requests.length),
})

/** Adds message batches to a fake Anthropic. @see https://docs.anthropic.com/en/api/creating-message-batches */
export function addAnthropicBatches(app: Hono, state: FakeState, desk: BatchDesk): Hono {
  const answer = (body: unknown): FakeReply => answerAnthropic(state, body)
  const unknown = anthropicError(404, 'not_found_error', 'Message batch not found.')
  disturbed(app, state, desk)

  app.post('/v1/messages/batches', async (c) => {
    const { data } = createSchema.safeParse(await logged(state, c))
    if (!data) return send(state, anthropicError(400, 'invalid_request_error', 'requests: invalid'))
    const entries = data.requests.map(({ custom_id, params }) => ({ key: custom_id, body: params }))
    const batch = beginBatch(desk, { id: `msgbatch_${desk.batches.length + 1}`, label: null, entries })
    return send(state, { status: 200, body: shown(batch) })
  })
  app.get('/v1/messages/batches', (c) => {
    logRequest(state, c)
    for (const { id } of desk.batches) pollBatch(desk, id, answer)
    const { page, more } = pageOf(desk, c.req.query('after_id'), Number(c.req.query('limit') ?? 20))
    const body = {
      data: page.map(shown),
      has_more: more,
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
    }
    return send(state, { status: 200, body })
  })
  app.get('/v1/messages/batches/:id', (c) => {
    logRequest(state, c)
    const batch = pollBatch(desk, c.req.param('id'), answer)
    return send(state, batch ? { status: 200, body: shown(batch) } : unknown)
  })
  app.get('/v1/messages/batches/:id/results', (c) => {
    logRequest(state, c)
    const batch = desk.batches.find(({ id }) => id === c.req.param('id'))
    return batch ? c.body(jsonLines(batch.outcomes.map(lineOf))) : send(state, unknown)
  })
  return app
}

function shown({ id, createdAt, entries, ending, outcomes }: FakeBatch): object {
  const count = (type: string): number => outcomes.filter((outcome) => resultOf(outcome).type === type).length
  const ended = ending !== 'under way'
  return {
    id,
    type: 'message_batch',
    processing_status: ended ? 'ended' : 'in_progress',
    request_counts: {
      processing: ended ? 0 : entries.length,
      succeeded: count('succeeded'),
      errored: count('errored'),
      canceled: count('canceled'),
      expired: count('expired'),
    },
    created_at: createdAt.toISOString(),
    expires_at: new Date(createdAt.getTime() + 86_400_000).toISOString(),
    ended_at: ended ? createdAt.toISOString() : null,
    archived_at: null,
    cancel_initiated_at: null,
    results_url: ended ? `https://elsewhere.invalid/v1/messages/batches/${id}/results` : null,
  }
}

function lineOf(outcome: FakeBatch['outcomes'][number]): object {
  return { custom_id: outcome.key, result: resultOf(outcome) }
}

function resultOf({ reply }: FakeBatch['outcomes'][number]): {
  readonly type: string
  readonly [more: string]: unknown
} {
  if (typeof reply === 'string') return { type: reply }
  return reply.status === 200 ? { type: 'succeeded', message: reply.body } : { type: 'errored', error: reply.body }
}
