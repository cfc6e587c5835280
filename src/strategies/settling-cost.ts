import type { Matrix } from '../tensor/matrix.ts'

/** Nobody is asked about more guesses than this before the class itself is asked for. */
const mostGuesses = 5

/**
 * What it is expected to cost until an item's class is known, by whichever is cheaper at every step: asking a person for it, at 1, or whether
 * the likeliest class left is right, and going on from a no.
 *
 * `s_j = min(1, v + (1 - q_j) · s_{j+1})`, with `q_j` the j-th highest probability as a share of what the earlier guesses left.
 *
 * @param verdict - The price of a verdict `v`, beside a label at 1.
 * @returns `cost` in `(0, 1]`; `guesses`: whether a verdict is asked first.
 */
export function settlingCost(posterior: Matrix, item: number, verdict: number): { cost: number; guesses: boolean } {
  const top = likeliest(posterior, item)
  let left = 1
  const chances = top.map((p) => {
    const chance = left > 0 ? Math.min(1, p / left) : 0
    left -= p
    return chance
  })
  const cost = chances.reduceRight((rest, chance) => Math.min(1, verdict + (1 - chance) * rest), 1)
  return { cost, guesses: cost < 1 }
}

/** The highest probabilities of an item, highest first. */
function likeliest({ cols, data }: Matrix, item: number): number[] {
  const top: number[] = []
  for (let at = item * cols; at < (item + 1) * cols; at++) {
    const p = data[at]!
    if (top.length === mostGuesses && p <= top[mostGuesses - 1]!) continue
    let place = top.length
    while (place > 0 && top[place - 1]! < p) place--
    top.splice(place, 0, p)
    if (top.length > mostGuesses) top.pop()
  }
  return top
}
