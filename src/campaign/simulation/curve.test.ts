import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areaUnder, moneyToTarget, valueAt } from './curve.ts'

const points = [
  { spent: 0, accuracy: 0.1 },
  { spent: 10, accuracy: 0.5 },
  { spent: 20, accuracy: 0.4 },
  { spent: 30, accuracy: 0.9 },
]
const late = [
  { spent: 0, accuracy: null },
  { spent: 10, accuracy: 0.4 },
  { spent: 10, accuracy: 0.6 },
  { spent: 20, accuracy: 0.8 },
]

test('between two points a curve is straight, and after the last it stays', () => {
  expect(valueAt(points, 'accuracy', 0)).toBe(0.1)
  expect(valueAt(points, 'accuracy', 5)).toBeCloseTo(0.3, 12)
  expect(valueAt(points, 'accuracy', 20)).toBe(0.4)
  expect(valueAt(points, 'accuracy', 99)).toBe(0.9)
})

test('a curve has no value before it was measured, and the last one where it was measured twice', () => {
  expect(valueAt(late, 'accuracy', 9.9)).toBeNull()
  expect(valueAt(late, 'accuracy', 10)).toBe(0.6)
  expect(valueAt(late, 'accuracy', 15)).toBeCloseTo(0.7, 12)
  expect(valueAt([], 'accuracy', 1)).toBeNull()
})

test('the money to a target lies on the line between two points, where it is first reached', () => {
  expect(moneyToTarget(points, 'accuracy', 0.05)).toBe(0)
  expect(moneyToTarget(points, 'accuracy', 0.3)).toBeCloseTo(5, 12)
  expect(moneyToTarget(points, 'accuracy', 0.5)).toBe(10)
  expect(moneyToTarget(points, 'accuracy', 0.65)).toBeCloseTo(25, 12)
  expect(moneyToTarget(points, 'accuracy', 0.95)).toBeNull()
  expect(moneyToTarget(late, 'accuracy', 0.3)).toBe(10)
  expect(moneyToTarget(late, 'accuracy', 0.5)).toBe(10)
  expect(moneyToTarget([], 'accuracy', 0.5)).toBeNull()
})

test('the area under a curve is its mean value over the money', () => {
  // Trapezoids of width 10: 0.3, 0.45 and 0.65; then 0.9 is held.
  expect(areaUnder(points, 'accuracy', 0, 30)).toBeCloseTo((0.3 + 0.45 + 0.65) / 3, 12)
  expect(areaUnder(points, 'accuracy', 0, 60)).toBeCloseTo((0.3 + 0.45 + 0.65 + 3 * 0.9) / 6, 12)
  // From 0.3 up to 0.5, then down to 0.45, over 5 each.
  expect(areaUnder(points, 'accuracy', 5, 15)).toBeCloseTo((0.4 + 0.475) / 2, 12)
  expect(areaUnder(points, 'accuracy', 40, 50)).toBeCloseTo(0.9, 12)
  expect(areaUnder(points, 'accuracy', 10, 10)).toBe(0.5)
  expect(areaUnder(late, 'accuracy', 10, 20)).toBeCloseTo(0.7, 12)
  expect(areaUnder(late, 'accuracy', 5, 20)).toBeNull()
})

const share = fc.double({ min: 0, max: 1, noNaN: true })
const anyCurve = fc
  .array(fc.tuple(fc.nat(50), share), { minLength: 1, maxLength: 8 })
  .map((list) => list.map(([spent, accuracy]) => ({ spent, accuracy })).toSorted((a, b) => a.spent - b.spent))

test('where a curve first reaches a value it has it, and never before', () => {
  fc.assert(
    fc.property(anyCurve, share, share, (curve, target, earlier) => {
      const money = moneyToTarget(curve, 'accuracy', target)
      const highest = Math.max(...curve.map(({ accuracy }) => accuracy))
      expect(money === null).toBe(highest < target)
      if (money === null) return
      const [first] = curve
      const before = first!.spent + earlier * (money - first!.spent)
      if (before < money) expect(valueAt(curve, 'accuracy', before)).toBeLessThanOrEqual(target + 1e-9)
    }),
  )
})

test('the area adds up over neighbouring stretches of money and lies between the extremes', () => {
  fc.assert(
    fc.property(anyCurve, share, share, (curve, a, b) => {
      const from = curve[0]!.spent
      const [mid, to] = [from + 1 + 40 * a, from + 2 + 40 * a + 40 * b]
      const whole = areaUnder(curve, 'accuracy', from, to)!
      const parts = areaUnder(curve, 'accuracy', from, mid)! * (mid - from) + areaUnder(curve, 'accuracy', mid, to)! * (to - mid) // prettier-ignore
      expect(whole * (to - from)).toBeCloseTo(parts, 9)
      const values = curve.map(({ accuracy }) => accuracy)
      expect(whole).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9)
      expect(whole).toBeLessThanOrEqual(Math.max(...values) + 1e-9)
    }),
  )
})
