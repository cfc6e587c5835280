import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { fineLevel, makeTaxonomy, type TaxonomyLevel } from '../core/taxonomy.ts'
import { row, type Matrix } from '../tensor/matrix.ts'
import { estimateChannel, trustedRows } from './channel.ts'
import type { Testimony } from './testimony.ts'

const classes = (k: number) => Array.from({ length: k }, (_, i) => ({ name: `c${i}` }))
const flat = (k: number): TaxonomyLevel => fineLevel(makeTaxonomy(classes(k)))
const says = (level: TaxonomyLevel, said: ArrayLike<number>): Testimony => ({
  annotator: 'vlm',
  level,
  said: Int32Array.from(said),
})
const all = (n: number): Uint8Array => new Uint8Array(n).fill(1)
const column = ({ rows, cols, data }: Matrix, r: number): number[] =>
  Array.from({ length: rows }, (_, y) => data[y * cols + r]!)
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)

/** Two groups of two classes, one group of a single class. */
const tree = makeTaxonomy([
  { name: 'g0', classes: classes(2) },
  { name: 'g1', classes: classes(4).slice(2) },
  { name: 'c4' },
])

const situations = fc
  .record({ k: fc.integer({ min: 1, max: 5 }), n: fc.nat(30), seed: fc.nat(), coarse: fc.boolean() })
  .map(({ k, n, seed, coarse }) => {
    const rng = makeRng(seed, 'situation')
    const fineClasses = coarse ? 5 : k
    const level = coarse ? tree.levels[0]! : flat(k)
    const said = Array.from({ length: n }, () => rng.below(level.classes.length + 3) - 1)
    const trusted = Int32Array.from({ length: n }, () => rng.below(fineClasses + 1) - 1)
    const random = Uint8Array.from({ length: n }, () => rng.below(2))
    return { testimony: says(level, said), trusted, random, k: fineClasses }
  })

test('rows of the likelihood and columns of the truth sum to 1, and nothing is impossible', () => {
  fc.assert(
    fc.property(situations, ({ testimony, trusted, random, k }) => {
      const { likelihood, truthGiven, leftOut, agreement } = estimateChannel(testimony, trusted, k, { random })
      for (let y = 0; y < k; y++) expect(sum(row(likelihood, y))).toBeCloseTo(1, 5)
      for (let r = 0; r < truthGiven.cols; r++) expect(sum(column(truthGiven, r))).toBeCloseTo(1, 5)
      expect(Math.min(...likelihood.data, ...truthGiven.data)).toBeGreaterThan(0)
      expect(leftOut.data.every((value) => Number.isFinite(value) && value <= 0)).toBe(true)
      expect(agreement > 0 && agreement < 1).toBe(true)
    }),
  )
})

test('what an item is told of itself is what the channel would be had its answer not been counted', () => {
  fc.assert(
    fc.property(situations, ({ testimony, trusted, k }) => {
      // Nothing here was drawn at random, so that the agreement, which counts every item, is the same without the item.
      const random = new Uint8Array(trusted.length)
      const { leftOut } = estimateChannel(testimony, trusted, k, { random })
      trustedRows(trusted).forEach((i, at) => {
        const r = testimony.said[i]!
        if (r < 0) return expect([...row(leftOut, at)]).toEqual(Array(k).fill(0))
        const unasked = { ...testimony, said: testimony.said.with(i, -1) }
        const expected = column(estimateChannel(unasked, trusted, k, { random }).likelihood, r)
        row(leftOut, at).forEach((value, y) => expect(value).toBeCloseTo(Math.log(expected[y]!), 4))
      })
    }),
    { numRuns: 40 },
  )
})

test('a perfect annotator has nearly the identity as its channel', () => {
  const truth = Int32Array.from({ length: 400 }, (_, i) => i % 4)
  const { likelihood, truthGiven, agreement, overlap } = estimateChannel(says(flat(4), truth), truth, 4, {
    random: all(400),
  })
  expect(overlap).toBe(400)
  expect(agreement).toBeCloseTo(401 / 402, 6)
  for (let y = 0; y < 4; y++) {
    expect(row(likelihood, y)[y]).toBeGreaterThan(0.95)
    expect(column(truthGiven, y)[y]).toBeGreaterThan(0.99)
  }
})

test('nobody knows an annotator without trusted labels: it is taken to be right half of the time', () => {
  const { truthGiven, agreement, overlap, leftOut } = estimateChannel(
    says(flat(3), [0, 1, 2, 0]),
    new Int32Array(4).fill(-1),
    3,
    { random: all(4) },
  )
  expect([agreement, overlap, leftOut.rows]).toEqual([0.5, 0, 0])
  expect(column(truthGiven, 1)).toEqual([0.25, 0.5, 0.25])
  expect(column(truthGiven, 3).map((p) => p.toFixed(4))).toEqual(['0.3333', '0.3333', '0.3333'])
})

test('a coarse answer says which group, and nothing about the classes within it that was not seen', () => {
  const truth = Int32Array.from({ length: 300 }, (_, i) => i % 5)
  const { groupOf } = tree.levels[0]!
  const coarse = says(
    tree.levels[0]!,
    truth.map((y) => groupOf[y]!),
  )
  const { truthGiven, likelihood } = estimateChannel(coarse, truth, 5, { random: all(300) })
  expect(truthGiven.cols).toBe(5)
  const [first, second] = column(truthGiven, 0)
  expect(first).toBeCloseTo(second!, 4)
  expect(first! + second!).toBeGreaterThan(0.99)
  for (let y = 0; y < 5; y++) expect(row(likelihood, y)[groupOf[y]!]).toBeGreaterThan(0.9)
})

test('a level of one group, and a taxonomy of one class, tell nothing', () => {
  const taxonomy = makeTaxonomy([{ name: 'insect', classes: classes(3) }])
  const { truthGiven } = estimateChannel(says(taxonomy.levels[0]!, [0, 0]), Int32Array.of(-1, -1), 3, {
    random: all(2),
  })
  column(truthGiven, 0).forEach((p) => expect(p).toBeCloseTo(1 / 3, 6))
  const single = estimateChannel(says(flat(1), [0, 1]), Int32Array.of(0, -1), 1, { random: all(2) })
  expect([...single.truthGiven.data]).toEqual([1, 1, 1])
})

test('a good annotator whose mistakes were sought out is still known to be good', () => {
  // 94 % right on 2,000 items. A strategy had all of its mistakes checked and ten of its right answers; 50 items were drawn at random.
  const [n, k] = [2000, 5]
  const rng = makeRng(7, 'selection-bias')
  const truth = Int32Array.from({ length: n }, () => rng.below(k))
  const said = truth.map((y, i) => (i % 50 < 3 ? (y + 1 + rng.below(k - 1)) % k : y))
  const trusted = new Int32Array(n).fill(-1)
  const random = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    if (i < 50) random[i] = 1
    if (i < 50 || said[i] !== truth[i] || i % 200 === 3) trusted[i] = truth[i]!
  }
  const { agreement, likelihood, overlap } = estimateChannel(says(flat(k), said), trusted, k, { random })
  const rightShareOfChecked = trustedRows(trusted).filter((i) => said[i] === truth[i]).length / overlap
  expect(rightShareOfChecked).toBeLessThan(0.4)
  expect(agreement).toBeCloseTo(48 / 52, 6)
  const diagonal = Array.from({ length: k }, (_, y) => row(likelihood, y)[y]!)
  const rightByRows = sum(diagonal) / k
  expect(rightByRows).toBeGreaterThan(rightShareOfChecked + 0.2)
})

test('answers and labels over different items are refused', () => {
  for (const [n, m] of [
    [2, 3],
    [3, 2],
  ] as const) {
    expect(() => estimateChannel(says(flat(2), new Int32Array(n)), new Int32Array(3), 2, { random: all(m) })).toThrow(
      expect.objectContaining({ code: 'length-mismatch' }),
    )
  }
})

test('a no to what an annotator said is held against it, as a yes is counted for it', () => {
  const level = flat(3)
  const [asked, rest] = [12, 200]
  const said = new Int32Array(asked + rest)
  const trusted = new Int32Array(asked + rest).fill(-1)
  const random = new Uint8Array(asked + rest)
  const rightWhenSaying0 = (yes: number): number => {
    const denied = new Map(Array.from({ length: asked - yes }, (_, i) => [i, new Set([0])]))
    return estimateChannel(says(level, said), trusted.slice().fill(0, asked - yes, asked), 3, { random, denied })
      .truthGiven.data[0]!
  }
  const rates = [0, 4, 8, 12].map(rightWhenSaying0)
  expect(rates).toEqual([...rates].sort((a, b) => a - b))
  // Counts and 32 pseudo-answers at the pooled rate of an annotator of whom no random answer is known, a half.
  expect(rightWhenSaying0(4)).toBeCloseTo((4 + 32 / 2) / (asked + 32), 5)
})

test('the likelihood left out of a denied item does not hold its own denial', () => {
  const level = flat(3)
  const [said, trusted] = [new Int32Array(40), new Int32Array(40).fill(-1).fill(0, 0, 20)]
  const random = new Uint8Array(40).fill(1, 0, 20)
  const blind = estimateChannel(says(level, said), trusted, 3, { random })
  const { leftOut } = estimateChannel(says(level, said), trusted, 3, { random, denied: new Map([[30, new Set([0])]]) })
  expect(leftOut.rows).toBe(21)
  for (let y = 0; y < 3; y++) expect(row(leftOut, 20)[y]).toBeCloseTo(Math.log(blind.likelihood.data[y * 5]!), 1)
})
