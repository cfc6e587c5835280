import { LabelwrightError } from '../core/error.ts'
import type { Rng } from '../core/rng.ts'
import type { Taxonomy } from '../core/taxonomy.ts'
import { row, type Matrix } from '../tensor/matrix.ts'

/**
 * How an oracle errs: what it takes an item's fine class for. A bare number is a `uniform` rate.
 *
 * - `uniform`: with probability `rate` any other fine class.
 * - `look-alike`: with probability `rate` another class of the same group, or any other class where the group has one. `confusable`, shape
 *   `[k]`, gives each fine class its group; default: its class at the level above the fine one.
 * - `class-dependent`: by `rates`, one per fine class, any other class; or by `transition`, shape `[k, k]`, rows summing to 1, with
 *   `transition[y, r] = P(taken for r | truth y)`.
 */
export type Noise =
  | number
  | { readonly kind: 'uniform' | 'look-alike'; readonly rate: number; readonly confusable?: Int32Array }
  | { readonly kind: 'class-dependent'; readonly rates: readonly number[] }
  | { readonly kind: 'class-dependent'; readonly transition: Matrix }

/** What somebody takes a fine class for. */
type Mistake = (fine: number, rng: Rng) => number

/** @throws {@link LabelwrightError} `bad-noise` for what is no probability or does not fit the classes. */
export function makeMistake(noise: Noise, taxonomy: Taxonomy): Mistake {
  const { k, levels } = taxonomy
  if (typeof noise === 'number') return makeMistake({ kind: 'uniform', rate: noise }, taxonomy)
  if ('transition' in noise) return byTransition(noise.transition, k)
  if ('rates' in noise) {
    checkLength('rates', noise.rates, k)
    return byRate(noise.rates, new Int32Array(k))
  }
  const { kind, rate, confusable } = noise
  const groupOf = kind === 'uniform' ? undefined : (confusable ?? levels.at(-2)?.groupOf)
  if (groupOf) checkLength('confusable', groupOf, k)
  const rates = Array.from({ length: k }, () => rate)
  return byRate(rates, groupOf ?? new Int32Array(k))
}

/** Errs on each class at its rate, evenly within its group. */
function byRate(rates: readonly number[], groupOf: Int32Array): Mistake {
  const bad = rates.find((rate) => !(rate >= 0 && rate <= 1))
  if (bad !== undefined) {
    throw new LabelwrightError('bad-noise', `A noise rate of ${bad} is no probability.`, 'Give a number from 0 to 1.')
  }
  const all = Array.from(groupOf.keys())
  return (fine, rng) => {
    if (rng.uniform() >= rates[fine]!) return fine
    const alike = all.filter((other) => groupOf[other] === groupOf[fine])
    const choices = alike.length > 1 ? alike : all
    if (choices.length === 1) return fine
    const drawn = rng.below(choices.length - 1)
    return choices[drawn < choices.indexOf(fine) ? drawn : drawn + 1]!
  }
}

/** What a row in 32 bits may be short of 1, or above it. */
const roundedAway = 1e-4

function byTransition(transition: Matrix, k: number): Mistake {
  const { rows, cols } = transition
  const sums = Array.from({ length: rows }, (_, y) => row(transition, y).reduce((sum, p) => sum + p, 0))
  const bad = sums.findIndex(
    (sum, y) => !(Math.abs(sum - 1) <= roundedAway && row(transition, y).every((share) => share >= 0)),
  )
  if (rows !== k || cols !== k || bad >= 0) {
    throw new LabelwrightError(
      'bad-noise',
      rows === k && cols === k
        ? `Row ${bad} of "transition" is no distribution over the classes: it sums to ${sums[bad]}, or something in it is below 0.`
        : `"transition" is ${rows} x ${cols}, but there are ${k} fine classes.`,
      'Give one row and one column per fine class, shares from 0 that sum to 1 in each row.',
    )
  }
  return (fine, rng) => {
    const shares = row(transition, fine)
    let left = rng.uniform() * sums[fine]!
    let taken = fine
    for (let other = 0; other < k && left >= 0; other++) {
      if (shares[other]! > 0) taken = other
      left -= shares[other]!
    }
    return taken
  }
}

function checkLength(name: string, values: ArrayLike<number>, k: number): void {
  if (values.length === k) return
  throw new LabelwrightError(
    'bad-noise',
    `"${name}" has ${values.length} entries, but there are ${k} fine classes.`,
    'Give one entry per fine class.',
  )
}
