import { Hono } from 'hono'
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
import { answerGoogle, googleError } from './google.ts'

const lineSchema = z.strictObject({ key: z.string().min(1), request: z.looseObject({}) })
const createSchema = z.strictObject({
  batch: z.strictObject({ displayName: z.string(), inputConfig: z.strictObject({ fileName: z.string() }) }),
})

/** Adds files and batches to a fake Gemini API. @see https://ai.google.dev/gemini-api/docs/batch-api */
export function addGoogleBatches(app: Hono, state: FakeState, desk: BatchDesk): Hono {
  const files = new Map<string, string>()
  let model = ''
  const answer = (body: unknown): FakeReply => answerGoogle(state, model, body)
  disturbed(app, state, desk)

  // Its address is the permission: it asks for no key.
  const whole = new Hono()
  whole.post('/resumable/:length', async (c) => {
    logRequest(state, c)
    const text = await c.req.text()
    const right =
      c.req.header('x-goog-upload-command') === 'upload, finalize' && c.req.header('x-goog-upload-offset') === '0'
    if (!right || Buffer.byteLength(text) !== Number(c.req.param('length'))) {
      return send(state, googleError(400, 'INVALID_ARGUMENT', 'Bad upload.'))
    }
    const name = `files/${files.size + 1}`
    files.set(name, text)
    return send(state, { status: 200, body: { file: { name } } })
  })
  app.post('/upload/v1beta/files', async (c) => {
    const length = Number(c.req.header('x-goog-upload-header-content-length'))
    const body = z
      .strictObject({ file: z.strictObject({ display_name: z.string() }) })
      .safeParse(await logged(state, c))
    if (c.req.header('x-goog-upload-command') !== 'start' || !length || !body.success) {
      return send(state, googleError(400, 'INVALID_ARGUMENT', 'Bad upload.'))
    }
    const url = new URL(`/resumable/${length}`, c.req.url).href
    return send(state, { status: 200, body: {}, headers: { 'x-goog-upload-url': url } })
  })
  app.post('/v1beta/models/:call{[^/]+:batchGenerateContent}', async (c) => {
    model = c.req.param('call').replace(/:batchGenerateContent$/, '')
    const { data } = createSchema.safeParse(await logged(state, c))
    const lines = parseLines(lineSchema, files.get(data?.batch.inputConfig.fileName ?? '') ?? '', ({ key }) => key)
    if (!data || !lines) return send(state, googleError(400, 'INVALID_ARGUMENT', 'Bad batch.'))
    const entries = lines.map(({ key, request }) => ({ key, body: request }))
    const batch = beginBatch(desk, { id: `batches/${desk.batches.length + 1}`, label: data.batch.displayName, entries })
    return send(state, { status: 200, body: shown(batch) })
  })
  app.get('/v1beta/batches', (c) => {
    logRequest(state, c)
    const { page, more } = pageOf(desk, c.req.query('pageToken'), Number(c.req.query('pageSize') ?? 20))
    const next = more && { nextPageToken: page.at(-1)!.id }
    return send(state, { status: 200, body: { operations: page.map(shown), ...next } })
  })
  app.get('/v1beta/batches/:id', (c) => {
    logRequest(state, c)
    const batch = pollBatch(desk, `batches/${c.req.param('id')}`, answer)
    return send(state, batch ? { status: 200, body: shown(batch) } : googleError(404, 'NOT_FOUND', 'No such batch.'))
  })
  app.get('/download/v1beta/files/:file{[^/]+:download}', (c) => {
    logRequest(state, c)
    const id = c.req.param('file').replace(/^of-(.*):download$/, 'batches/$1')
    return c.body(jsonLines(desk.batches.find((each) => each.id === id)?.outcomes.flatMap(lineOf) ?? []))
  })
  return whole.route('/', app)
}

function shown({ id, label, createdAt, entries, ending, outcomes }: FakeBatch): object {
  const good = outcomes.filter(({ reply }) => typeof reply === 'object' && reply.status === 200).length
  const states = {
    'under way': 'RUNNING',
    completed: 'SUCCEEDED',
    expired: 'EXPIRED',
    cancelled: 'CANCELLED',
    failed: 'FAILED',
  }
  const ended = ending !== 'under way'
  const output = ended && good > 0 && { responsesFile: `files/of-${id.slice('batches/'.length)}` }
  return {
    name: id,
    metadata: {
      '@type': 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch',
      model: 'models/x',
      displayName: label,
      createTime: createdAt.toISOString(),
      state: `BATCH_STATE_${states[ending]}`,
      // 64-bit numbers are texts in their JSON, and zeros are left out.
      batchStats: { requestCount: String(entries.length), ...(good > 0 && { successfulRequestCount: String(good) }) },
      ...(output && { output }),
    },
    ...(ended && { done: true, ...(output && { response: output }) }),
  }
}

/** An expired message has no line. */
function lineOf({ key, reply }: FakeBatch['outcomes'][number]): object[] {
  if (reply === 'expired') return []
  if (reply === 'canceled') return [{ key, error: { code: 1, message: 'cancelled' } }]
  return [reply.status === 200 ? { key, response: reply.body } : { key, ...(reply.body as object) }]
}
