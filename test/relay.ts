import { request as ask, type IncomingMessage } from 'node:http'
import { listenOnLoopback, readBody } from '../src/sample/loopback.ts'

/** A request as it passed by, and what came back. */
export interface Passed {
  readonly body: string
  /** Null where the connection ended first. */
  readonly status: number | null
  readonly retryAfter: string | null
  /** The whole reply; null where it never came, or broke off. */
  readonly reply: string | null
}

/** A running relay. */
export interface Relay {
  readonly url: string
  /** In the order in which they ended. */
  readonly passed: readonly Passed[]
  close(): Promise<void>
}

/** Stands between a client and an endpoint, changes nothing, and takes down what was said. */
export async function startRelay(target: string): Promise<Relay> {
  const passed: Passed[] = []
  const { origin, close } = await listenOnLoopback((request, response) => {
    const pass = async (): Promise<void> => {
      const body = (await readBody(request, 2 ** 24))!
      const { method, headers } = request
      const note = (answer: IncomingMessage | null, reply: string | null): void => {
        const retryAfter = answer?.headers['retry-after'] ?? null
        passed.push({ body: body.toString(), status: answer?.statusCode ?? null, retryAfter, reply })
      }
      const forward = ask(new URL(request.url!, target), { method, headers })
      forward.on('error', () => {
        note(null, null)
        response.destroy()
      })
      forward.on('response', (answer) => {
        const chunks: Buffer[] = []
        response.writeHead(answer.statusCode!, answer.headers)
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          response.write(chunk)
        })
        answer.on('error', () => undefined)
        answer.on('close', () => {
          note(answer, answer.complete ? Buffer.concat(chunks).toString() : null)
          if (answer.complete) response.end()
          else response.destroy()
        })
      })
      // The client has had enough.
      response.on('close', () => forward.destroy())
      forward.end(body)
    }
    pass().catch(() => response.destroy())
  }, 0)
  return { url: `${origin}${new URL(target).pathname}`, passed, close }
}
