import { listenOnLoopback, readBody, sendJson } from './loopback.ts'

/** A running instant endpoint. */
export interface InstantEndpoint {
  /** The base URL of its API, ending in `/v1`. */
  readonly url: string
  requests(): number
  /** Bytes of the bodies that came in. */
  bytes(): number
  close(): Promise<void>
}

const mostBytes = 32 * 2 ** 20
const modelList = JSON.stringify({ object: 'list', data: [{ id: 'instant', object: 'model' }] })

/**
 * Starts an OpenAI-compatible endpoint on loopback that answers at once and looks at nothing: one of the options in the request's JSON
 * schema, told by the length of the body, or `yes` without a schema. For measuring what a client can do.
 *
 * `GET /counts` tells `{"requests": …, "bytes": …}`; run as a program, it prints its URL on the first line.
 *
 * @throws {@link LabelwrightError} `cannot-listen` when the port is taken.
 */
export async function startInstantEndpoint({ port = 0 }: { readonly port?: number } = {}): Promise<InstantEndpoint> {
  let [requests, bytes] = [0, 0]
  const { origin, close } = await listenOnLoopback((request, response) => {
    if (request.url === '/counts') return void sendJson(response, 200, JSON.stringify({ requests, bytes }))
    if (request.url === '/v1/models') return void sendJson(response, 200, modelList)
    readBody(request, mostBytes).then(
      (body) => {
        requests++
        bytes += body?.length ?? 0
        void sendJson(response, 200, completion(instantReply(body ?? Buffer.alloc(0))))
      },
      () => response.destroy(),
    )
  }, port)
  return { url: `${origin}/v1`, requests: () => requests, bytes: () => bytes, close }
}

/** Searches the bytes for the first enum instead of parsing them: nearly all of them are a picture. */
function instantReply(body: Buffer): string {
  const start = body.indexOf('"enum":[')
  if (start < 0) return 'yes'
  const end = body.indexOf(']', start)
  const options = body.toString('utf8', start + 8, end)
  const [, property = 'label'] =
    /^.*"(label|labels|present|correct)":/s.exec(body.toString('latin1', Math.max(0, start - 80), start)) ?? []
  const all = options.match(/"(?:[^"\\]|\\.)*"/g) ?? ['"yes"']
  const option = all[body.length % all.length]!
  return `{"${property}":${property === 'labels' ? `[${option}]` : option}}`
}

function completion(content: string): string {
  return `{"id":"chatcmpl-0","object":"chat.completion","created":0,"model":"instant","choices":[{"index":0,"message":{"role":"assistant","content":${JSON.stringify(content)}},"finish_reason":"stop","logprobs":null}],"usage":{"prompt_tokens":300,"completion_tokens":5,"total_tokens":305}}`
}

if (import.meta.main) {
  const { url } = await startInstantEndpoint({ port: Number(process.argv[2] ?? 0) })
  process.stdout.write(`${url}\n`)
}
