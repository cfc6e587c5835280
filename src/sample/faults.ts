import { LabelwrightError } from '../core/error.ts'
import { makeRng } from '../core/rng.ts'

/** What can go wrong with a reply. */
export type Fault = WireFault | DeliveryFault | SpokenFault

/**
 * Faults before the model did anything:
 *
 * - `rate-limit` and `rate-limit-silent`: HTTP 429, with and without `Retry-After`.
 * - `server-error`, `bad-gateway`, `overloaded`: HTTP 500, 502 (a proxy's HTML page) and 503.
 * - `rejected`: HTTP 400 for the picture.
 * - `cut`: the connection is closed without a word. `hang`: it stays open without a word, until the client has had enough.
 * - `broken-envelope`: HTTP 200 with half a JSON text.
 */
export type WireFault = (typeof wireFaults)[number]

/**
 * Faults on the way back, after the model did its work: `half` has a Content-Length and ends in its middle, `torn` is a body in chunks
 * that breaks off.
 */
export type DeliveryFault = 'half' | 'torn'

/**
 * Faults of the model, inside a well-formed completion:
 *
 * - `broken-json`: it stops in the middle. `empty`: it says nothing. `refusal`: it will not say. `endless`: it says the same for ever.
 * - `invented-label`: it names what is not among the options, in a list beside what is. `wrong-case`: `MOSS_FURROWBACK`. `alias`: by
 *   another name, of {@link Faults.aliases}.
 * - `chatty`: the reply stands within fences and pleasantries.
 * - `no-usage`: the completion does not say how many tokens it took.
 * - `obeys-picture`: what is written in the picture is taken for an instruction.
 */
export type SpokenFault = (typeof spokenFaults)[number]

const wireFaults = [
  'rate-limit',
  'rate-limit-silent',
  'server-error',
  'bad-gateway',
  'overloaded',
  'rejected',
  'cut',
  'hang',
  'broken-envelope',
] as const

const spokenFaults = [
  'broken-json',
  'empty',
  'refusal',
  'endless',
  'invented-label',
  'wrong-case',
  'alias',
  'chatty',
  'no-usage',
  'obeys-picture',
] as const

/** How a demo VLM misbehaves, for tests. */
export interface Faults {
  /** The share of requests that each fault befalls, in `[0, 1]`; they sum to at most 1. */
  readonly shares?: Partial<Readonly<Record<Fault, number>>>
  /**
   * What decides: the `order` of requests (the default), or a request's `content` and how often it came before, so that runs in any order
   * meet the same faults.
   */
  readonly drawnBy?: 'order' | 'content'
  /** How long every reply takes at least. */
  readonly latencyMs?: number
  /** What a `rate-limit` (429) reply says in `Retry-After`. Default 1. */
  readonly retryAfterSeconds?: number
  /** What the `alias` fault calls a label. */
  readonly aliases?: Readonly<Record<string, string>>
}

/**
 * Decides, request by request, what goes wrong; null where nothing does.
 *
 * @param content - Equal for equal requests.
 * @param before - How often this content came before.
 */
export type FaultDice = (content: string, before: number) => Fault | null

/**
 * Makes the dice.
 *
 * @throws {@link LabelwrightError} `bad-sample-options` when the shares are negative or sum to more than 1.
 */
export function makeFaultDice({ shares: given = {}, drawnBy = 'order' }: Faults, seed: number): FaultDice {
  const shares = Object.entries(given) as [Fault, number][]
  const total = shares.reduce((sum, [, share]) => sum + share, 0)
  if (!(total <= 1 + 1e-9) || shares.some(([, share]) => !(share >= 0))) {
    throw new LabelwrightError(
      'bad-sample-options',
      `The shares of faults are ${shares.map(([fault, share]) => `${fault} ${share}`).join(', ')}.`,
      'Give shares from 0 to 1 that sum to at most 1.',
    )
  }
  const purpose = 'demo vlm faults'
  const inOrder = makeRng(seed, purpose)
  return (content, before) => {
    let left = (drawnBy === 'order' ? inOrder : makeRng(seed, purpose, content, before)).uniform()
    return shares.find(([, share]) => (left -= share) < 0)?.[0] ?? null
  }
}

/** Whether no completion is made at all. */
export function isWireFault(fault: Fault | null): fault is WireFault {
  return (wireFaults as readonly (Fault | null)[]).includes(fault)
}

/** Whether it is what the model says that goes wrong. */
export function isSpokenFault(fault: Fault | null): fault is SpokenFault {
  return (spokenFaults as readonly (Fault | null)[]).includes(fault)
}
