import { z } from 'zod'
import { canceled, expired, type BatchProvider, type BatchResult } from './batch-provider.ts'
import type { BatchRecord } from './batch-record.ts'
import { askApi, listPages, readJsonLines, type ProviderAddress } from './provider-api.ts'

const batchSchema = z.object({
  id: z.string(),
  processing_status: z.string(),
  created_at: z.string(),
  request_counts: z.object({
    processing: z.number(),
    succeeded: z.number(),
    errored: z.number(),
    canceled: z.number(),
    expired: z.number(),
  }),
})
type Batch = z.infer<typeof batchSchema>

const pageSchema = z.object({ data: z.array(batchSchema), has_more: z.boolean(), last_id: z.string().nullish() })
const lineSchema = z.object({
  custom_id: z.string(),
  result: z.discriminatedUnion('type', [
    z.object({ type: z.literal('succeeded'), message: z.unknown() }),
    z.object({
      type: z.literal('errored'),
      error: z.looseObject({ error: z.looseObject({ type: z.string(), message: z.string() }) }),
    }),
    z.object({ type: z.enum(['canceled', 'expired']) }),
  ]),
})
type Line = z.infer<typeof lineSchema>

/** Which status a message alone would have got. @see https://docs.anthropic.com/en/api/errors */
const statusOf: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/** Their clock and ours may differ by this much. */
const clockSkewMs = 600_000

/**
 * Anthropic's Message Batches.
 *
 * @see https://docs.anthropic.com/en/api/creating-message-batches
 */
export function anthropicBatches(address: ProviderAddress): BatchProvider {
  const pathOf = (id: string): string => `/messages/batches/${encodeURIComponent(id)}`
  // Not the `results_url` of the batch: the key goes to the address that it was given for, and nowhere else.
  const linesOf = (id: string): AsyncGenerator<Line> => readJsonLines(address, `${pathOf(id)}/results`, lineSchema)
  return {
    frame: { start: '{"requests":[', between: ',\n', end: ']}' },
    line: (key, { body }) => `{"custom_id":"${key}","params":${body}}`,
    submit: async ({ file, betas }) => {
      const headers = { 'content-type': 'application/json', ...(betas.length && { 'anthropic-beta': betas.join(',') }) }
      return (await askApi(address, { path: '/messages/batches', file, headers }, batchSchema)).id
    },
    find: async (record, taken) => {
      let found: 'none' | 'unsure' = 'none'
      for await (const batch of list(address)) {
        if (taken.has(batch.id) || !mayBe(batch, record)) continue
        // Nothing of ours can be attached to a batch; the keys of its results alone tell whose it is.
        if (batch.processing_status !== 'ended') found = 'unsure'
        else if (await isAmong(record, linesOf(batch.id))) return { id: batch.id }
      }
      return found
    },
    poll: async (id) => {
      const { processing_status, request_counts } = await askApi(address, { path: pathOf(id) }, batchSchema)
      return { ended: processing_status === 'ended', done: countOf(request_counts) - request_counts.processing }
    },
    results: async function* (id) {
      for await (const line of linesOf(id)) yield resultOf(line)
    },
  }
}

function list(address: ProviderAddress): AsyncGenerator<Batch> {
  return listPages(async (cursor) => {
    const path = `/messages/batches?limit=1000${cursor ? `&after_id=${encodeURIComponent(cursor)}` : ''}`
    const { data, has_more, last_id } = await askApi(address, { path }, pageSchema)
    return { items: data, next: has_more ? last_id : null }
  })
}

/** Handed over at the right time, and with as many messages. */
function mayBe({ created_at, request_counts }: Batch, { submittedAt, requests }: BatchRecord): boolean {
  // oxlint-disable-next-line no-restricted-globals -- reads a date, not the clock
  const createdAt = Date.parse(created_at)
  return createdAt >= submittedAt - clockSkewMs && countOf(request_counts) === Object.keys(requests).length
}

async function isAmong({ requests }: BatchRecord, lines: AsyncIterable<Line>): Promise<boolean> {
  for await (const { custom_id } of lines) return Object.hasOwn(requests, custom_id)
  return false
}

function countOf(counts: Batch['request_counts']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function resultOf({ custom_id: key, result }: Line): BatchResult {
  switch (result.type) {
    case 'succeeded':
      return { key, status: 200, body: result.message }
    case 'errored':
      return { key, status: statusOf[result.error.error.type] ?? 500, body: result.error }
    case 'expired':
    case 'canceled': {
      const error = { type: result.type, message: `the batch was ${result.type} before it came to this message` }
      return { key, status: result.type === 'expired' ? expired : canceled, body: { type: 'error', error } }
    }
  }
}
