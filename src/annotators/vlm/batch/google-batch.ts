import { z } from 'zod'
import { apiError } from '../wire/api-error.ts'
import { canceled, type BatchProvider, type BatchResult, type BatchState } from './batch-provider.ts'
import { askApi, listPages, readJsonLines, sendRequest, type ProviderAddress } from './provider-api.ts'

const count = z.coerce.number().nullish()
const errorSchema = z.looseObject({
  code: z.number().nullish(),
  message: z.string().nullish(),
  status: z.string().nullish(),
})
const outputSchema = z.object({ responsesFile: z.string().nullish() }).nullish()
const batchSchema = z.object({
  name: z.string(),
  metadata: z
    .object({
      state: z.string().nullish(),
      displayName: z.string().nullish(),
      batchStats: z.object({ successfulRequestCount: count, failedRequestCount: count }).nullish(),
      output: outputSchema,
    })
    .nullish(),
  done: z.boolean().nullish(),
  error: errorSchema.nullish(),
  response: outputSchema,
})
type Batch = z.infer<typeof batchSchema>

const pageSchema = z.object({ operations: z.array(batchSchema).nullish(), nextPageToken: z.string().nullish() })
const fileSchema = z.object({ file: z.object({ name: z.string() }) })
const lineSchema = z.object({ key: z.string(), response: z.unknown().optional(), error: errorSchema.nullish() })

/** Of google.rpc.Code; the others are HTTP 500. */
const statusOf: Readonly<Record<number, number>> = {
  1: canceled,
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  9: 400,
  11: 400,
  14: 503,
  16: 401,
}

/**
 * Gemini's Batch API, by files.
 *
 * @see https://ai.google.dev/gemini-api/docs/batch-api
 */
export function googleBatches(address: ProviderAddress): BatchProvider {
  const get = (name: string): Promise<Batch> => askApi(address, { path: `/${name}` }, batchSchema)
  // Files go up and come down beside the versioned paths, not below them.
  const beside = (folder: 'upload' | 'download'): string => address.url.replace(/\/(v[^/]+)$/, `/${folder}/$1`)
  return {
    frame: { start: '', between: '\n', end: '\n' },
    line: (key, { body }) => `{"key":"${key}","request":${body}}`,
    submit: async ({ localId, file, url }) => {
      const started = await sendRequest(address, {
        path: `${beside('upload')}/files`,
        json: { file: { display_name: localId } },
        headers: {
          'x-goog-upload-protocol': 'resumable',
          'x-goog-upload-command': 'start',
          'x-goog-upload-header-content-length': String(file.size),
          'x-goog-upload-header-content-type': 'application/jsonl',
        },
      })
      const path = started.headers.get('x-goog-upload-url')
      if (!path) throw apiError(200, 'it did not say where the file goes')
      const headers = { 'x-goog-upload-offset': '0', 'x-goog-upload-command': 'upload, finalize' }
      // That URL is the permission to upload; the key stays at home.
      const { file: uploaded } = await askApi({ ...address, headers: {} }, { path, file, headers }, fileSchema)
      const json = { batch: { displayName: localId, inputConfig: { fileName: uploaded.name } } }
      const create = url.replace(/:generateContent$/, ':batchGenerateContent')
      return (await askApi(address, { path: create, json }, batchSchema)).name
    },
    find: async ({ localId }) => {
      for await (const { name, metadata } of list(address)) if (metadata?.displayName === localId) return { id: name }
      return 'none'
    },
    poll: async (name) => stateOf(await get(name)),
    results: async function* (name) {
      const { metadata, response } = await get(name)
      const file = metadata?.output?.responsesFile ?? response?.responsesFile
      if (!file) return
      const path = `${beside('download')}/${file}:download?alt=media`
      for await (const line of readJsonLines(address, path, lineSchema)) yield resultOf(line)
    },
  }
}

function list(address: ProviderAddress): AsyncGenerator<Batch> {
  return listPages(async (cursor) => {
    const path = `/batches?pageSize=100${cursor ? `&pageToken=${encodeURIComponent(cursor)}` : ''}`
    const { operations, nextPageToken } = await askApi(address, { path }, pageSchema)
    return { items: operations ?? [], next: nextPageToken }
  })
}

function stateOf({ metadata, done, error }: Batch): BatchState {
  // BATCH_STATE_…; JOB_STATE_… in older replies.
  const state = metadata?.state?.replace(/^\w+_STATE_/, '') ?? ''
  const { successfulRequestCount, failedRequestCount } = metadata?.batchStats ?? {}
  const failed = state === 'FAILED' || (error && state !== 'CANCELLED' && state !== 'EXPIRED')
  return {
    ended: Boolean(done || error) || ['SUCCEEDED', 'FAILED', 'CANCELLED', 'EXPIRED'].includes(state),
    done: (successfulRequestCount ?? 0) + (failedRequestCount ?? 0),
    ...(state === 'CANCELLED' && { failure: apiError(canceled, 'the batch was cancelled') }),
    ...(failed && { failure: apiError(httpStatus(error?.code), error?.message ?? 'the batch failed') }),
  }
}

function resultOf({ key, response, error }: z.infer<typeof lineSchema>): BatchResult {
  if (!error) return { key, status: 200, body: response ?? null }
  const status = httpStatus(error.code)
  const said = { message: error.message ?? 'no reason given', status: error.status ?? '' }
  return { key, status, body: { error: { ...error, ...said, code: status } } }
}

/** A code is one of HTTP or of gRPC. */
function httpStatus(code: number | null | undefined): number {
  return code && code >= 400 ? code : (statusOf[code ?? 0] ?? 500)
}
