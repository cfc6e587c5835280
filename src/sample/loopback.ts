import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LabelwrightError } from '../core/error.ts'

/** A server that only this machine can reach. */
export interface Loopback {
  /** Without a path, as in `http://127.0.0.1:8000`. */
  readonly origin: string
  /** Stops listening and cuts every connection. */
  readonly close: () => Promise<void>
}

/**
 * Listens on 127.0.0.1. Plain `node:http`, because sample servers cut connections, leave replies half sent and count the bytes.
 *
 * @param port - 0: any free port.
 * @throws {@link LabelwrightError} `cannot-listen` when the port is taken.
 */
export async function listenOnLoopback(handle: RequestListener, port: number): Promise<Loopback> {
  const server = createServer(handle)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const problem = `Cannot listen on port ${port}: ${cause.message}.`
      reject(new LabelwrightError('cannot-listen', problem, 'Give another port, or none for any free one.', { cause }))
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

/** The body of a request, or null where it is longer than `mostBytes`; throws when the client goes away. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | null> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    // Read to its end all the same, because a client that is still sending hears no reply.
    if (bytes <= mostBytes) pieces.push(piece)
  }
  return bytes <= mostBytes ? Buffer.concat(pieces) : null
}

/** Sends a JSON text; resolves to whether all of it was handed over while the client still listened. */
export function sendJson(response: ServerResponse, status: number, json: string): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) })
  response.end(json)
  return new Promise((resolve) => {
    response.once('finish', () => resolve(true)).once('close', () => resolve(response.writableFinished))
  })
}
