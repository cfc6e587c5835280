import { createHash, timingSafeEqual } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { LabelwrightError } from '../core/error.ts'

export type ServerEnv = { Bindings: HttpBindings }

export interface GateOptions {
  readonly token: string
  /** The address that the server listens on. */
  readonly host: string
}

/** Of every reply. Pages load only what this server itself serves, and run no script or style that stands in the page. */
const headers = {
  'Content-Security-Policy': [
    "default-src 'none'",
    ...['script-src', 'style-src', 'img-src', 'connect-src'].map((kind) => `${kind} 'self'`),
    ...['base-uri', 'form-action', 'frame-ancestors'].map((kind) => `${kind} 'none'`),
  ].join('; '),
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

/**
 * Lets in who knows the start-up token, by an address of this machine, from the page itself: strangers, rebound DNS names and foreign pages
 * stay out. `/?token=…` is traded for a cookie once, so that the token stays neither in the address bar nor in the history.
 *
 * @throws {@link LabelwrightError} `wrong-host`, `no-token` or `cross-origin`.
 */
export function makeGate({ token, host }: GateOptions): MiddlewareHandler<ServerEnv> {
  const names = namesOf(host)
  const isToken = (text: string | undefined): boolean =>
    text !== undefined && timingSafeEqual(digest(text), digest(token))
  return async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value)
    const port = c.env.incoming.socket.localPort
    const asked = c.req.header('host')?.toLowerCase() ?? ''
    if (!names.some((name) => asked === `${name}:${port}` || (port === 80 && asked === name))) throw wrongHost(asked)
    // Cookies are shared between the ports of a host, and another project may be served there.
    const cookie = `labelwright-${port}`
    if (c.req.path === '/' && isToken(c.req.query('token'))) {
      setCookie(c, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
      return c.redirect('/', 303)
    }
    if (!isToken(getCookie(c, cookie))) throw noToken()
    if (!['GET', 'HEAD'].includes(c.req.method) && !isSameOrigin(c, asked)) throw crossOrigin()
    return next()
  }
}

/** An address as it stands in a URL. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host
}

/** A server that listens everywhere is reached by every address of its machine; a rebound name is none of them. */
function namesOf(host: string): readonly string[] {
  const everywhere = host === '0.0.0.0' || host === '::'
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? [])
  const more = everywhere ? [hostname(), ...own] : [host]
  return ['localhost', '127.0.0.1', '[::1]', ...more.map((name) => urlHost(name).toLowerCase())]
}

/** Browsers say at least one of the two with every request that changes something; a script must say one too. */
function isSameOrigin(c: Context, asked: string): boolean {
  const origin = c.req.header('origin')
  const site = c.req.header('sec-fetch-site')
  if (origin === undefined && site === undefined) return false
  return (origin === undefined || origin === `http://${asked}`) && (site === undefined || site === 'same-origin')
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function wrongHost(asked: string): LabelwrightError {
  const problem = `This server does not answer to the name "${asked.slice(0, 100)}".`
  return new LabelwrightError('wrong-host', problem, 'Open the address that was printed when it started.')
}

function noToken(): LabelwrightError {
  const problem = 'This address lacks the token of the running server.'
  return new LabelwrightError(
    'no-token',
    problem,
    'Open the address that was printed when it started, with its ?token=…',
  )
}

function crossOrigin(): LabelwrightError {
  const problem = 'This request changes something but does not come from the page of this server.'
  return new LabelwrightError(
    'cross-origin',
    problem,
    'Send it from the page, or with its address as the Origin header.',
  )
}
