import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../../core/rng.ts'
import { matrix, type Matrix } from '../../tensor/matrix.ts'
import { chooseByValue, type LabelKind, type LabelKinds } from './choose-by-value.ts'

const kind = (
  value: readonly number[],
  price: number,
  available: readonly number[] = value.map(() => 1),
): LabelKind => ({
  value: Float64Array.from(value),
  available: Uint8Array.from(available),
  price,
})
const axes = (n: number): Matrix =>
  matrix(
    n,
    n,
    Float32Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0)),
  )

test('the first choice is the label worth most per money, the first of equals', async () => {
  const kinds = { weak: kind([1, 2, 1], 1), full: kind([1, 3, 3], 10) }
  for (const seed of [1, 2, 3]) {
    expect(await chooseByValue(axes(3), kinds, 10, makeRng(seed))).toEqual([{ item: 1, kind: 'full' }])
  }
})

test('an item with a weak label may still be bought full, and one that is bought full is never bought weak', async () => {
  const owned = { weak: kind([5, 1], 1, [0, 0]), full: kind([1, 2], 10) }
  const upgraded = await chooseByValue(axes(2), owned, 20, makeRng(1))
  expect(upgraded.map((label) => label.kind)).toEqual(['full', 'full'])

  // Worth more weak than full, the only item is bought twice; the other way round, once.
  const both = (weak: number, full: number) =>
    chooseByValue(axes(1), { weak: kind([weak], 1), full: kind([full], 10) }, 100, makeRng(1))
  expect((await both(3, 1)).map((label) => label.kind)).toEqual(['weak', 'full'])
  expect((await both(1, 3)).map((label) => label.kind)).toEqual(['full'])
})

test('an item next to one that was chosen is drawn less often than one far away', async () => {
  // Items 0 and 1 point almost the same way, item 2 across. By squared distance, 2 is drawn against 1 as 2 to 0.01.
  const features = matrix(3, 2, Float32Array.of(1, 0, 0.995, 0.0998, 0, 1))
  const kinds = { weak: kind([0, 0, 0], 1, [0, 0, 0]), full: kind([1.01, 1, 1], 1) }
  let far = 0
  for (let seed = 0; seed < 100; seed++) {
    const [, second] = await chooseByValue(features, kinds, 2, makeRng(seed))
    if (second!.item === 2) far++
  }
  expect(far).toBeGreaterThan(95)
})

test('labels of value 0 are bought only where no other is left', async () => {
  const kinds = { weak: kind([0, 0, 0, 0], 1), full: kind([1, 1, 0, 1], 1) }
  for (let seed = 0; seed < 20; seed++) {
    const chosen = await chooseByValue(axes(4), kinds, 4, makeRng(seed))
    const worth = chosen.slice(0, 3).map(({ item }) => item)
    expect(worth.toSorted((a, b) => a - b)).toEqual([0, 1, 3])
    expect(chosen[3]!.item).toBe(2)
  }
})

test('where all items are alike, any of them is as likely', async () => {
  const alike = matrix(6, 2, new Float32Array(12).fill(1))
  const counts = new Int32Array(6)
  for (let seed = 0; seed < 300; seed++) {
    const kinds: LabelKinds = { weak: kind([0, 0, 0, 0, 0, 0], 9), full: kind([1, 1, 1, 1, 1, 1], 1) }
    for (const { item } of (await chooseByValue(alike, kinds, 3, makeRng(seed))).slice(1)) counts[item]!++
  }
  // The first is always item 0; 600 draws among five others.
  expect(counts[0]).toBe(0)
  for (const count of counts.subarray(1)) expect(Math.abs(count - 120)).toBeLessThan(40)
})

const worlds = fc
  .record({
    n: fc.nat(20),
    seed: fc.nat(),
    weakPrice: fc.integer({ min: 1, max: 30 }),
    money: fc.integer({ min: -5, max: 300 }),
  })
  .map(({ n, seed, weakPrice, money }) => {
    const rng = makeRng(seed)
    const draw = <T extends Float32Array | Float64Array>(values: T, of: () => number): T => {
      for (let at = 0; at < values.length; at++) values[at] = of()
      return values
    }
    const make = (price: number): LabelKind => ({
      value: draw(new Float64Array(n), () => (rng.uniform() < 0.3 ? 0 : 100 * rng.uniform())),
      available: Uint8Array.from({ length: n }, () => (rng.uniform() < 0.7 ? 1 : 0)),
      price,
    })
    const features = matrix(
      n,
      3,
      draw(new Float32Array(3 * n), () => rng.below(3) - 1),
    )
    return { features, kinds: { weak: make(weakPrice), full: make(20) }, money, seed }
  })

test('money is never exceeded and never left while it pays for a label; every label is available, none is bought twice, none settled bought weak', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async ({ features, kinds, money, seed }) => {
      const chosen = await chooseByValue(features, kinds, money, makeRng(seed))
      const left = money - chosen.reduce((sum, label) => sum + kinds[label.kind].price, 0)
      if (chosen.length > 0) expect(left).toBeGreaterThanOrEqual(0)
      const key = (label: { item: number; kind: string }) => `${label.item} ${label.kind}`
      const taken = new Set(chosen.map(key))
      expect(taken.size).toBe(chosen.length)
      chosen.forEach(({ item, kind: of }, at) => {
        expect(kinds[of].available[item]).toBe(1)
        if (of === 'weak') expect(chosen.slice(0, at).map(key)).not.toContain(`${item} full`)
      })
      for (const item of features.rows > 0 ? kinds.full.available.keys() : []) {
        if (taken.has(`${item} full`)) continue
        if (kinds.full.available[item]) expect(left).toBeLessThan(kinds.full.price)
        if (kinds.weak.available[item] && !taken.has(`${item} weak`)) expect(left).toBeLessThan(kinds.weak.price)
      }
      expect(await chooseByValue(features, kinds, money, makeRng(seed))).toEqual(chosen)
    }),
    { numRuns: 100 },
  )
})
