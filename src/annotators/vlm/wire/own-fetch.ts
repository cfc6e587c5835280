import { apiError } from './api-error.ts'

/** Far more than any reply with its log-probabilities. */
const mostBytes = 1 << 26

/**
 * A fetch that goes to the address it is given and nowhere else: one that follows redirects would take the headers with Anthropic's and
 * Google's keys, and the pictures, along to any host. Bodies over 64 MiB are broken off.
 *
 * @throws `APICallError` where the server redirects; when its body is read, where that is too long.
 */
export function ownFetch(fetch: typeof globalThis.fetch = globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' })
    const { status, headers } = response
    if (status < 300 || status >= 400) return isShort(headers) ? response : limited(response)
    await response.body?.cancel()
    throw apiError(status, `it redirects to ${headers.get('location') ?? 'nowhere'}`)
  }
}

/** Whether the body is no longer than its length says, and that is little. */
function isShort(headers: Headers): boolean {
  return !headers.has('content-encoding') && Number(headers.get('content-length') ?? Infinity) <= mostBytes
}

function limited(response: Response): Response {
  let bytes = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength
      if (bytes > mostBytes) controller.error(apiError(response.status, `it sent more than ${mostBytes} bytes`))
      else controller.enqueue(chunk)
    },
  })
  return response.body ? new Response(response.body.pipeThrough(counter), response) : response
}
