import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import type { z } from 'zod'

/** What a fake provider makes of one message: all that a model would get to see. */
export interface Seen {
  readonly model: string
  /** Every text of every turn, one under the other. */
  readonly text: string
  readonly pictures: readonly Uint8Array[]
  /** The JSON schema that the reply is to follow; null: none. */
  readonly schema: unknown
}

/** A whole HTTP reply. */
export interface FakeReply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** How a fake provider is to behave; tests change it as they go. */
export interface FakeState {
  /** Null: anybody may ask. */
  apiKey: string | null
  models: readonly string[]
  /** What the model says; an object is sent as it is. */
  answer: (seen: Seen) => string | FakeReply
  /** Tokens of each message that were read before; the rest is counted by the length of what was sent. */
  cachedTokens: number
  /** Sent with every reply. */
  headers: Record<string, string>
  /** Every request, well-formed or not, oldest first. */
  readonly log: { readonly path: string; readonly headers: Headers; readonly body: unknown }[]
}

export function makeState(behaviour: Partial<FakeState>): FakeState {
  return {
    apiKey: 'sk-fake',
    models: ['seer'],
    answer: () => 'yes',
    cachedTokens: 0,
    headers: {},
    log: [],
    ...behaviour,
  }
}

/** Serves a fake provider on a free port of this machine. */
export async function startFake(app: Hono): Promise<{ url: string; close: () => Promise<void> }> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** Writes a request into the log and parses its body, null where it is none. */
export async function logged(state: FakeState, c: Context): Promise<unknown> {
  const body: unknown = c.req.method === 'POST' ? await c.req.json().catch(() => null) : null
  state.log.push({ path: c.req.path, headers: c.req.raw.headers, body })
  return body
}

export function send(state: FakeState, { status, body, headers }: FakeReply): Response {
  return Response.json(body, { status, headers: { ...state.headers, ...headers } })
}

/** The first thing that is wrong with a body, in words. */
export function complaint(error: z.ZodError): string {
  const [issue] = error.issues
  return `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`
}

/** About four letters make a token; a picture counts as 100. */
export function countTokens(text: string, pictures: readonly unknown[] = []): number {
  return Math.ceil(text.length / 4) + 100 * pictures.length
}

/** Whether every object of a JSON schema is closed and (`strict`) requires all its properties, as providers demand. */
export function isClosed(schema: unknown, strict: boolean): boolean {
  if (typeof schema !== 'object' || schema === null) return true
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>
  const names = Object.keys((properties ?? {}) as object)
  const demanded = new Set(required as string[] | undefined)
  if (type === 'object' && additionalProperties !== false) return false
  if (type === 'object' && strict && names.some((name) => !demanded.has(name))) return false
  return Object.values(schema).every((part) => isClosed(part, strict))
}
