import type { Hono } from 'hono'
import { z } from 'zod'
import { type FakeReply, type FakeState, logged, send } from './fake.ts'
import {
  beginBatch,
  type BatchDesk,
  disturbed,
  type FakeBatch,
  jsonLines,
  logRequest,
  pageOf,
  parseLines,
  pollBatch,
} from './fake-batch.ts'
import { answerOpenAi, openAiError } from './openai.ts'

const lineSchema = z.strictObject({
  custom_id: z.string().min(1),
  method: z.literal('POST'),
  url: z.literal('/v1/chat/completions'),
  body: z.looseObject({}),
})
const createSchema = z.strictObject({
  input_file_id: z.string(),
  endpoint: z.enum(['/v1/chat/completions', '/v1/responses']),
  completion_window: z.literal('24h'),
  metadata: z.record(z.string().max(64), z.string().max(512)).optional(),
})

/** Adds files and batches to a fake OpenAI. @see https://platform.openai.com/docs/api-reference/batch */
export function addOpenAiBatches(app: Hono, state: FakeState, desk: BatchDesk): Hono {
  const files = new Map<string, string>()
  const keep = (text: string): string => {
    const id = `file-${files.size + 1}`
    files.set(id, text)
    return id
  }
  const answer = (body: unknown): FakeReply => answerOpenAi(state, body)
  const show = (batch: FakeBatch): FakeReply => ({ status: 200, body: shown(batch) })
  disturbed(app, state, desk)

  app.post('/v1/files', async (c) => {
    logRequest(state, c)
    const form = await c.req.formData()
    const file = form.get('file')
    if (form.get('purpose') !== 'batch' || !(file instanceof File) || !file.name.endsWith('.jsonl')) {
      return send(state, openAiError(400, 'Invalid file for purpose batch.', { param: 'file' }))
    }
    const id = keep(await file.text())
    return send(state, { status: 200, body: { id, object: 'file', bytes: file.size, created_at: 1, purpose: 'batch' } })
  })
  app.post('/v1/batches', async (c) => {
    const { data } = createSchema.safeParse(await logged(state, c))
    const text = files.get(data?.input_file_id ?? '')
    if (!data || text === undefined) return send(state, openAiError(400, 'Invalid batch.'))
    const lines = parseLines(lineSchema, text, (line) => line.custom_id)
    const batch = beginBatch(desk, {
      id: `batch_${desk.batches.length + 1}`,
      label: data.metadata?.labelwright ?? null,
      entries: (lines ?? []).map(({ custom_id, body }) => ({ key: custom_id, body })),
      failure: lines ? null : { code: 'invalid_json_line', message: 'This line is not parseable as valid JSON.' },
    })
    return send(state, show(batch))
  })
  app.get('/v1/batches', (c) => {
    logRequest(state, c)
    const { page, more } = pageOf(desk, c.req.query('after'), Number(c.req.query('limit') ?? 20))
    return send(state, { status: 200, body: { object: 'list', data: page.map(shown), has_more: more } })
  })
  app.get('/v1/batches/:id', (c) => {
    logRequest(state, c)
    const batch = pollBatch(desk, c.req.param('id'), answer)
    return send(state, batch ? show(batch) : openAiError(404, `No batch found with id '${c.req.param('id')}'.`))
  })
  app.get('/v1/files/:id/content', (c) => {
    logRequest(state, c)
    const [kind, id] = c.req.param('id').split(/-(.*)/)
    const batch = desk.batches.find((each) => each.id === id)
    return c.body(jsonLines(batch?.outcomes.map(lineOf).filter((line) => isGood(line) === (kind === 'output')) ?? []))
  })
  return app
}

function shown({ id, label, createdAt, entries, ending, failure, outcomes }: FakeBatch): object {
  const lines = outcomes.map(lineOf)
  const good = lines.filter(isGood).length
  return {
    id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    errors: failure && { object: 'list', data: [{ ...failure, param: null, line: 1 }] },
    input_file_id: 'file-1',
    completion_window: '24h',
    status: ending === 'under way' ? 'in_progress' : ending,
    output_file_id: good ? `output-${id}` : null,
    // Empty rather than null where there is none: seen from the real one.
    error_file_id: lines.length > good ? `error-${id}` : '',
    created_at: Math.floor(createdAt.getTime() / 1000),
    request_counts: { total: entries.length, completed: good, failed: lines.length - good },
    metadata: label === null ? null : { labelwright: label },
  }
}

interface Line {
  readonly response: { readonly status_code: number; readonly body: unknown } | null
  readonly [more: string]: unknown
}

function lineOf({ key, reply }: FakeBatch['outcomes'][number]): Line {
  const about = { id: `batch_req_${key.slice(0, 8)}`, custom_id: key }
  if (typeof reply === 'object') {
    const response = { status_code: reply.status, request_id: 'req_1', body: reply.body }
    return { ...about, response, error: null }
  }
  const error =
    reply === 'expired'
      ? { code: 'batch_expired', message: 'This request could not be executed before the completion window expired.' }
      : { code: 'batch_cancelled', message: 'This request was cancelled.' }
  return { ...about, response: null, error }
}

function isGood({ response }: Line): boolean {
  return response?.status_code === 200
}
