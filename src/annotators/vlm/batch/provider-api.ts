import { z } from 'zod'
import { messageOf } from '../../../core/error.ts'
import { apiError, responseError } from '../wire/api-error.ts'

/** Where a provider's batch interface is, and what every request to it carries. */
export interface ProviderAddress {
  /** Base address without a trailing slash, e.g. `https://api.openai.com/v1`. */
  readonly url: string
  /** Among them the key. */
  readonly headers: Readonly<Record<string, string>>
  readonly fetch?: typeof globalThis.fetch
}

/** GET, or POST where it has a body. */
export interface ApiRequest {
  /** Appended to the address, unless it is a whole URL. */
  readonly path: string
  readonly json?: unknown
  /** Sent as it is. */
  readonly file?: Blob | FormData
  readonly headers?: Readonly<Record<string, string>>
}

const shortMs = 60_000
/** Files of hundreds of megabytes go up and down. */
const longMs = 3_600_000
const longestLine = 1 << 26

/** Sends one request and parses the reply. @throws `APICallError`, as the SDK does. */
export async function askApi<T>(address: ProviderAddress, request: ApiRequest, schema: z.ZodType<T>): Promise<T> {
  const response = await sendRequest(address, request)
  return parseAs(schema, await response.text().catch(broken))
}

/** Sends one request. @throws `APICallError` unless the status is one of success. */
export async function sendRequest(
  { url, headers, fetch = globalThis.fetch }: ProviderAddress,
  { path, json, file, headers: more }: ApiRequest,
  timeoutMs: number = file ? longMs : shortMs,
): Promise<Response> {
  const body = json === undefined ? file : JSON.stringify(json)
  const response = await fetch(path.startsWith('/') ? url + path : path, {
    method: body ? 'POST' : 'GET',
    // Some hand files out from elsewhere. On the way there fetch drops this header, but no other that holds a key.
    redirect: !body && 'authorization' in headers ? 'follow' : 'manual',
    headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }), ...more },
    signal: AbortSignal.timeout(timeoutMs),
    ...(body && { body }),
  }).catch(broken)
  if (response.ok) return response
  throw responseError(response, await response.text().catch(() => ''))
}

/**
 * Reads a file of JSON lines.
 *
 * @yields Each line as it comes in.
 * @throws `APICallError`; the lines before it are good.
 */
export async function* readJsonLines<T>(
  address: ProviderAddress,
  path: string,
  schema: z.ZodType<T>,
): AsyncGenerator<T> {
  const { body } = await sendRequest(address, { path }, longMs)
  let rest = ''
  try {
    for await (const text of body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      for (const line of lines) if (line.trim()) yield parseAs(schema, line)
      if (rest.length > longestLine) throw apiError(200, `one of its lines has more than ${longestLine} letters`)
    }
  } catch (thrown) {
    broken(thrown)
  }
  if (rest.trim()) yield parseAs(schema, rest)
}

/** @yields The entries of a list that the provider hands out by pages. */
export async function* listPages<T>(
  ask: (cursor: string | null) => Promise<{ readonly items: readonly T[]; readonly next: string | null | undefined }>,
): AsyncGenerator<T> {
  let cursor: string | null = null
  do {
    const { items, next } = await ask(cursor)
    yield* items
    // A server that does not know about pages would give the first one for ever.
    cursor = next && next !== cursor && items.length > 0 ? next : null
  } while (cursor !== null)
}

/** What `fetch` throws when a connection does not come about or breaks. */
function broken(thrown: unknown): never {
  throw thrown instanceof TypeError ? apiError(undefined, 'the connection broke', { cause: thrown }) : thrown
}

function parseAs<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (thrown) {
    const [issue] = thrown instanceof z.ZodError ? thrown.issues : []
    const problem = issue ? `${issue.path.join('.')}: ${issue.message}` : messageOf(thrown)
    throw apiError(200, `it answered what cannot be read (${problem})`)
  }
}
