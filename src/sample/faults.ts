import { LabelwrightError } from '../core/error.ts'
import { makeRng } from '../core/rng.ts'

/** What can go wrong with a reply. */
export type Fault = WireFault | SpokenFault

/** Faults of the connection: HTTP 429, 500, 503, and a socket that is cut before any reply. */
export type WireFault = 'rate-limit' | 'server-error' | 'overloaded' | 'cut'

/** Faults of the model, inside a well-formed completion. */
export type SpokenFault = (typeof spokenFaults)[number]

const spokenFaults = ['broken-json', 'invented-label', 'endless', 'refusal', 'empty'] as const

/** How a demo VLM misbehaves, for tests. */
export interface Faults {
  /** The share of requests that each fault befalls, in `[0, 1]`; they sum to at most 1. */
  readonly shares?: Partial<Readonly<Record<Fault, number>>>
  /** How long every reply takes at least. */
  readonly latencyMs?: number
  /** What a `rate-limit` (429) reply says in `Retry-After`. Default 1. */
  readonly retryAfterSeconds?: number
}

const noSuchSpecies = 'iridescent thunderbug'

/**
 * Decides, request by request, what goes wrong; null where nothing does.
 *
 * @throws {@link LabelwrightError} `bad-sample-options` when the shares are negative or sum to more than 1.
 */
export function makeFaultDice(faults: Faults, seed: number): () => Fault | null {
  const shares = Object.entries(faults.shares ?? {}) as [Fault, number][]
  const total = shares.reduce((sum, [, share]) => sum + share, 0)
  if (!(total <= 1 + 1e-9) || shares.some(([, share]) => !(share >= 0))) {
    throw new LabelwrightError(
      'bad-sample-options',
      `The shares of faults are ${shares.map(([fault, share]) => `${fault} ${share}`).join(', ')}.`,
      'Give shares from 0 to 1 that sum to at most 1.',
    )
  }
  const rng = makeRng(seed, 'demo vlm faults')
  return () => {
    let left = rng.uniform()
    return shares.find(([, share]) => (left -= share) < 0)?.[0] ?? null
  }
}

/** Whether a completion comes back at all, spoiled or (null) sound. */
export function isSpoken(fault: Fault | null): fault is SpokenFault | null {
  return fault === null || (spokenFaults as readonly Fault[]).includes(fault)
}

/** What the model says instead of its reply. */
export function spoil(
  reply: string,
  fault: SpokenFault,
): { readonly content: string; readonly finishReason: 'stop' | 'length' } {
  switch (fault) {
    case 'broken-json':
      return { content: reply.slice(0, Math.ceil(reply.length / 2)), finishReason: 'stop' }
    case 'invented-label':
      return { content: reply.startsWith('{') ? `{"label":"${noSuchSpecies}"}` : noSuchSpecies, finishReason: 'stop' }
    case 'endless':
      return { content: `${reply} `.repeat(400), finishReason: 'length' }
    case 'refusal':
      return { content: "I'm sorry, but I can't help with identifying what is in this picture.", finishReason: 'stop' }
    case 'empty':
      return { content: '', finishReason: 'stop' }
  }
}
