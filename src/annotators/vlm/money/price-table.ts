import type { Micros } from '../../../core/money.ts'
import { isLoopback } from '../wire/endpoint.ts'
import type { ModelName } from './picture-tokens.ts'

/** What a model cost on a day. Money per million tokens. */
export interface PriceEntry {
  /** A model's name, with `*` for any further characters. */
  readonly model: string
  /** Only where the model is asked there; null: wherever it is. */
  readonly provider: string | null
  readonly input: Micros
  /** Null: as any other input. */
  readonly cachedInput: Micros | null
  readonly output: Micros
  readonly currency: string
  /** The day on which its provider's page said so, as in `2025-06-01`. */
  readonly asOf: string
}

/** The entry of the longest pattern, stars aside, that fits the model; of equally long ones the one that names the provider, then the first. */
export function findPrice(table: readonly PriceEntry[], { model, provider }: ModelName): PriceEntry | null {
  const name = model.toLowerCase()
  const fits = table.filter((entry) => {
    return (entry.provider === null || entry.provider === provider) && matches(name, entry.model.toLowerCase())
  })
  return fits.toSorted((a, b) => closeness(b) - closeness(a))[0] ?? null
}

function closeness({ model, provider }: PriceEntry): number {
  return model.replaceAll('*', '').length + (provider === null ? 0 : 0.5)
}

/** Where an endpoint belongs: its provider by name, `local` for this machine, else the provider as it was configured. */
export function providerOf(endpoint: string | null, configured: string): string {
  if (endpoint === null) return configured
  const { hostname } = new URL(endpoint)
  if (isLoopback(hostname)) return 'local'
  return hosts.find(([host]) => hostname === host || hostname.endsWith(`.${host}`))?.[1] ?? configured
}

const hosts: readonly (readonly [string, string])[] = [
  ['openai.com', 'openai'],
  ['anthropic.com', 'anthropic'],
  ['googleapis.com', 'google'],
  ['openrouter.ai', 'openrouter'],
]

/** Star by star from the left: no pattern of a file makes this slow. */
function matches(name: string, pattern: string): boolean {
  const [head, ...parts] = pattern.split('*')
  if (parts.length === 0) return name === pattern
  const tail = parts.pop()!
  if (!name.startsWith(head!) || !name.endsWith(tail) || name.length < head!.length + tail.length) return false
  let at = head!.length
  for (const part of parts) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= name.length - tail.length
}
