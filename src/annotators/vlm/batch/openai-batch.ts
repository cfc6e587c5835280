import { z } from 'zod'
import { apiError } from '../wire/api-error.ts'
import { canceled, expired, type BatchProvider, type BatchResult, type BatchState } from './batch-provider.ts'
import { askApi, listPages, readJsonLines, type ProviderAddress } from './provider-api.ts'

/** Servers leave fields out, set them to null, or to an empty text. */
const fileId = z.string().nullish()
const batchSchema = z.object({
  id: z.string(),
  status: z.string(),
  metadata: z.record(z.string(), z.string()).nullish().catch(null),
  output_file_id: fileId,
  error_file_id: fileId,
  request_counts: z.object({ completed: z.number(), failed: z.number() }).nullish(),
  errors: z
    .object({ data: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).nullish() })
    .nullish(),
})
type Batch = z.infer<typeof batchSchema>

const pageSchema = z.object({ data: z.array(batchSchema), has_more: z.boolean().nullish() })
const lineSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number(), body: z.unknown() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
})

const terminal = new Set(['completed', 'failed', 'expired', 'cancelled'])
/** Under this name our own id stands in the provider's metadata. */
const label = 'labelwright'

/**
 * OpenAI's Batch API, and that of servers which copy it.
 *
 * @see https://platform.openai.com/docs/api-reference/batch
 */
export function openAiBatches(address: ProviderAddress): BatchProvider {
  const get = (id: string): Promise<Batch> =>
    askApi(address, { path: `/batches/${encodeURIComponent(id)}` }, batchSchema)
  return {
    frame: { start: '', between: '\n', end: '\n' },
    line: (key, { url, body }) =>
      `{"custom_id":"${key}","method":"POST","url":"${endpointOf(url, address)}","body":${body}}`,
    submit: async ({ localId, file, url }) => {
      const form = new FormData()
      form.append('purpose', 'batch')
      form.append('file', file, `${localId}.jsonl`)
      const uploaded = await askApi(address, { path: '/files', file: form }, z.object({ id: z.string() }))
      const json = {
        input_file_id: uploaded.id,
        endpoint: endpointOf(url, address),
        completion_window: '24h',
        metadata: { [label]: localId },
      }
      return (await askApi(address, { path: '/batches', json }, batchSchema)).id
    },
    find: async ({ localId }) => {
      for await (const { id, metadata } of list(address)) if (metadata?.[label] === localId) return { id }
      return 'none'
    },
    poll: async (id) => stateOf(await get(id)),
    results: async function* (id) {
      const { output_file_id, error_file_id } = await get(id)
      for (const file of [output_file_id, error_file_id]) {
        if (!file) continue
        const path = `/files/${encodeURIComponent(file)}/content`
        for await (const line of readJsonLines(address, path, lineSchema)) yield resultOf(line)
      }
    },
  }
}

/** Always below `/v1`, whatever the server's own address is. */
function endpointOf(url: string, address: ProviderAddress): string {
  return `/v1${url.slice(address.url.length)}`
}

function list(address: ProviderAddress): AsyncGenerator<Batch> {
  return listPages(async (cursor) => {
    const path = `/batches?limit=100${cursor ? `&after=${encodeURIComponent(cursor)}` : ''}`
    const { data, has_more } = await askApi(address, { path }, pageSchema)
    return { items: data, next: has_more ? data.at(-1)?.id : null }
  })
}

function stateOf({ status, request_counts: counts, errors }: Batch): BatchState {
  const { code, message } = errors?.data?.[0] ?? {}
  const said = message ?? `the batch ended as "${status}"`
  return {
    ended: terminal.has(status),
    done: (counts?.completed ?? 0) + (counts?.failed ?? 0),
    ...(status === 'cancelled' && { failure: apiError(canceled, 'the batch was cancelled') }),
    // The one failure of a whole batch that passes: too much is waiting already.
    ...(status === 'failed' && { failure: apiError(code === 'token_limit_exceeded' ? 429 : 400, said) }),
  }
}

const statusOf: Readonly<Record<string, number>> = { batch_expired: expired, batch_cancelled: canceled }

function resultOf({ custom_id: key, response, error }: z.infer<typeof lineSchema>): BatchResult {
  if (response) return { key, status: response.status_code, body: response.body }
  const message = error?.message ?? 'no result and no reason'
  return { key, status: statusOf[error?.code ?? ''] ?? 500, body: { error: { ...error, message } } }
}
