import type { ServerResponse } from 'node:http'
import type { DeliveryFault, Faults, WireFault } from './faults.ts'
import { sendJson } from './loopback.ts'

/** Fails as this fault does. */
export function failAs(response: ServerResponse, fault: WireFault, { retryAfterSeconds = 1 }: Faults): void {
  switch (fault) {
    case 'rate-limit':
      response.setHeader('Retry-After', String(retryAfterSeconds))
      return sendFailure(response, 429, 'There were too many requests.')
    case 'rate-limit-silent':
      return sendFailure(response, 429, 'There were too many requests.')
    case 'server-error':
      return sendFailure(response, 500, 'The server had an error.')
    case 'bad-gateway':
      response.writeHead(502, { 'content-type': 'text/html' })
      response.end('<html><body><h1>502 Bad Gateway</h1></body></html>')
      return
    case 'overloaded':
      return sendFailure(response, 503, 'The server is overloaded.')
    case 'rejected':
      return sendFailure(response, 400, 'This picture cannot be processed.')
    case 'cut':
      response.destroy()
      return
    case 'hang':
      return
    case 'broken-envelope':
      void sendJson(response, 200, '{"id":"chatcmpl-0","choices":[{"index":0,"mess')
  }
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  404: 'invalid_request_error',
  429: 'rate_limit_error',
}

/** Sends an error in the shape of OpenAI. */
export function sendFailure(response: ServerResponse, status: number, message: string): void {
  const error = { message, type: errorTypes[status] ?? 'server_error', param: null, code: null }
  void sendJson(response, status, JSON.stringify({ error }))
}

/** Sends the first half of a JSON text and closes the connection, with or without having said how long the text is. */
export function sendHalf(response: ServerResponse, json: string, fault: DeliveryFault): void {
  const bytes = Buffer.from(json)
  const length = fault === 'half' ? { 'content-length': bytes.length } : {}
  response.writeHead(200, { 'content-type': 'application/json', ...length })
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}
