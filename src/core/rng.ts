/** A seeded source of chance. Equal seeds give equal sequences on every machine. */
export interface Rng {
  /** Uniform in `[0, 1)`, 32 bits. */
  uniform(): number
  /** Uniform integer in `0..bound-1`. */
  below(bound: number): number
  /** Standard normal, by Box–Muller. */
  normal(): number
}

/**
 * Makes the generator of one purpose, so that what one part draws never shifts what another part sees.
 *
 * @param seed - The run's seed.
 * @param purpose - What the numbers are for, e.g. `('noise', 'anna', itemId)`.
 * @example
 * ```ts
 * const rng = makeRng(1, 'audit', round)
 * const row = rng.below(1000)
 * ```
 * @see Generator sfc32 of PractRand (Doty-Humphrey); seeding by the murmur3 finaliser.
 */
export function makeRng(seed: number, ...purpose: readonly (string | number)[]): Rng {
  const key = [seed, ...purpose].join('\u0000')
  let [a, b, c, d] = [0, 1, 2, 3].map((salt) => hash32(key, salt)) as [number, number, number, number]
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return t >>> 0
  }
  for (let warm = 0; warm < 12; warm++) next()
  const uniform = (): number => next() / 4294967296
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { uniform, below: (bound) => Math.floor(uniform() * bound), normal }
}

/** A 32-bit hash of a text (murmur3 over UTF-16 code units). Not for secrets. */
export function hash32(text: string, salt = 0): number {
  let h = salt | 0
  for (let i = 0; i < text.length; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51)
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
    h ^= k
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
  }
  h ^= text.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Fisher–Yates: a uniformly random order of `0..n-1`. */
export function permutation(n: number, rng: Rng): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = rng.below(i + 1)
    const held = order[i]!
    order[i] = order[j]!
    order[j] = held
  }
  return order
}
