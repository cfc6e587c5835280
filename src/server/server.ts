import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Clock } from '../core/clock.ts'
import { LabelwrightError, messageOf } from '../core/error.ts'
import type { Project } from '../project/project.ts'
import { makeApp } from './app.ts'
import { turnCircle } from './circle.ts'
import { openDesk } from './desk.ts'
import { urlHost } from './gate.ts'

export interface ServerOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** The address to listen on. Default 127.0.0.1: this machine only. */
  readonly host?: string
  readonly clock: Clock
  /** Told what went wrong in the background or inside the server; the server goes on. */
  readonly onError?: (thrown: unknown) => void
}

export interface RunningServer {
  /** The page's address with the start-up token, to be opened once in every browser. */
  readonly url: string
  readonly port: number
  /** Stops taking requests, finishes those under way, and stops the campaign; the project stays open. */
  close(): Promise<void>
}

/** Requests under way at the end get this long. */
const farewellMs = 2000

/**
 * Serves the page where people answer, and turns the campaign's circle as they do. The project must stay open meanwhile.
 *
 * @throws {@link LabelwrightError} `cannot-listen`; what the store throws.
 * @example
 * ```ts
 * const server = await startServer(project, { port: 4170, clock: { now: () => Date.now() } })
 * console.log(server.url)
 * await server.close()
 * ```
 */
export async function startServer(project: Project, options: ServerOptions): Promise<RunningServer> {
  const { port = 0, host = '127.0.0.1', clock, onError = () => undefined } = options
  const token = randomBytes(16).toString('base64url')
  await project.campaign.store.registerItems(project.campaign.items)
  const circle = await turnCircle(project, { clock, onError })
  try {
    const app = await makeApp(project, await openDesk(project, circle, clock), { token, host, onError })
    const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server
    await listen(server, port, host)
    const bound = (server.address() as AddressInfo).port
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : urlHost(host)
    return {
      url: `http://${name}:${bound}/?token=${token}`,
      port: bound,
      close: async () => {
        await Promise.all([circle.close(), close(server)])
      },
    }
  } catch (thrown) {
    await circle.close()
    throw thrown
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const problem = `The page cannot be served at ${urlHost(host)}:${port}: ${messageOf(cause)}.`
      reject(new LabelwrightError('cannot-listen', problem, 'Give another port, or 0 for any free one.', { cause }))
    })
    server.listen(port, host, resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const impatience = setTimeout(() => server.closeAllConnections(), farewellMs)
    server.close((error) => {
      clearTimeout(impatience)
      if (error) reject(error)
      else resolve()
    })
  })
}
