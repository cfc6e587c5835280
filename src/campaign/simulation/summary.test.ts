import { expect, test } from 'vitest'
import type { SimulatedCurve } from './curve.ts'
import type { SimulatedPoint } from './simulate-campaign.ts'
import { savings, summarize } from './summary.ts'

function curve(strategy: string, seed: number, line: readonly (readonly [number, number | null])[]): SimulatedCurve {
  const points = line.map(([spent, testAccuracy]): SimulatedPoint => ({
    spent,
    answers: {},
    poolAccuracy: 0,
    balancedPoolAccuracy: 0,
    testAccuracy,
    balancedAccuracy: null,
    macroF1: null,
  }))
  return { strategy, seed, points }
}

const curves = [
  curve('cheap', 1, [[0, 0], [10, 1]]), // prettier-ignore
  curve('cheap', 2, [[0, 0], [20, 1]]), // prettier-ignore
  curve('dear', 1, [[0, 0], [40, 1]]), // prettier-ignore
  curve('dear', 2, [[0, 0], [40, 0.8]]), // prettier-ignore
]
const options = { metric: 'testAccuracy', targets: [0.5, 0.9], points: 5 } as const

test('a mean curve is read on a common grid of money, up to where its longest seed ended', () => {
  const [cheap, dear] = summarize(curves, options)
  expect(dear!.curve.map(({ spent }) => spent)).toEqual([0, 10, 20, 30, 40])
  // The first seed holds its 1 from 10 on.
  expect(cheap!.curve.map(({ spent, mean }) => [spent, mean])).toEqual([[0, 0], [10, 0.75], [20, 1]]) // prettier-ignore
})

test('the band is the t interval over the seeds, cut to shares', () => {
  const [, dear] = summarize(curves, { ...options, confidence: 0.5 })
  // At 40: values 1 and 0.8, sd 0.1414, over √2: 0.1. The upper quartile of t with one degree of freedom is 1.
  const last = dear!.curve.at(-1)!
  expect([last.low, last.mean, last.high].map((value) => Math.round(value! * 1e9) / 1e9)).toEqual([0.8, 0.9, 1])
  const [, wide] = summarize(curves, options)
  expect(wide!.curve.at(-1)).toMatchObject({ low: 0, high: 1 })
})

test('one seed has a mean and no band', () => {
  const [only] = summarize([curves[0]!], options)
  expect(only!.curve.at(-1)).toEqual({ spent: 10, mean: 1, low: null, high: null })
  expect(only!.toTargets[0]).toEqual({ target: 0.5, reached: 1, money: { mean: 5, sd: null } })
})

test('the area of all strategies is over the same money', () => {
  const [cheap, dear] = summarize(curves, options)
  // Over 40: a triangle and then 1, (5 + 30) / 40 and (10 + 20) / 40; the other two triangles, 0.5 and 0.4.
  expect(cheap!.area!.mean).toBeCloseTo((0.875 + 0.75) / 2, 12)
  expect(dear!.area!.mean).toBeCloseTo(0.45, 12)
  expect(dear!.area!.sd).toBeCloseTo(0.1 / Math.SQRT2, 12)
})

test('money to a target is that of the seeds that reached it, and is saved only where all did', () => {
  const summaries = summarize(curves, options)
  const [cheap, dear] = summaries
  // 5 and 10 to half; 20 and 25 for the other.
  expect(cheap!.toTargets[0]!.money!.mean).toBeCloseTo(7.5, 12)
  expect(cheap!.toTargets[0]!.money!.sd).toBeCloseTo(Math.sqrt(12.5), 12)
  expect(dear!.toTargets[0]!.money!.mean).toBeCloseTo(22.5, 12)
  expect(dear!.toTargets[1]).toEqual({ target: 0.9, reached: 1, money: { mean: 36, sd: null } })
  const saved = savings(summaries, 'dear')
  expect(saved.get('cheap')![0]).toBeCloseTo(2 / 3, 12)
  expect(saved.get('cheap')![1]).toBeNull()
  expect(saved.get('dear')![0]).toBe(0)
  expect(savings(summaries, 'nobody').get('cheap')).toEqual([null, null])
})

test('a curve begins where every seed was measured, and what never was has none', () => {
  const late = [
    curve('a', 1, [[0, null], [10, 0.5], [40, 0.5]]), // prettier-ignore
    curve('a', 2, [[0, null], [20, 0.5], [40, 0.5]]), // prettier-ignore
  ]
  const [summary] = summarize(late, options)
  expect(summary!.curve.map(({ spent }) => spent)).toEqual([20, 30, 40])
  expect(summary!.area!.mean).toBe(0.5)
  const [never] = summarize(late, { ...options, metric: 'macroF1' })
  expect(never).toMatchObject({ curve: [], area: null, toTargets: [{ reached: 0, money: null }, { reached: 0 }] })
  expect(summarize([], options)).toEqual([])
})
