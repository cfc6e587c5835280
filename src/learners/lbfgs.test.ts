import { expect, test } from 'vitest'
import { minimizeLbfgs, type Objective } from './lbfgs.ts'

const precise = {
  maxIterations: 200,
  isSolved: (_: number, gradient: Float64Array) => gradient.every((slope) => Math.abs(slope) <= 1e-8),
  rounding: 1e-16,
}

/** `½ xᵀ A x - bᵀ x` with `A = [[4, 1], [1, 3]]`, `b = [1, 2]`: its minimum solves `A x = b`, so x = (1/11, 7/11). */
const quadratic: Objective = async ([x, y]) => ({
  value: 2 * x! * x! + x! * y! + 1.5 * y! * y! - x! - 2 * y!,
  gradient: Float64Array.of(4 * x! + y! - 1, x! + 3 * y! - 2),
})

const rosenbrock: Objective = async ([x, y]) => ({
  value: (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2,
  gradient: Float64Array.of(-2 * (1 - x!) - 400 * x! * (y! - x! * x!), 200 * (y! - x! * x!)),
})

test('the minimum of a quadratic is the solution of its linear equations', async () => {
  const start = Float64Array.of(-30, 50)
  const { x, value, iterations } = await minimizeLbfgs(quadratic, start, precise)
  expect(x[0]).toBeCloseTo(1 / 11, 7)
  expect(x[1]).toBeCloseTo(7 / 11, 7)
  // -½ bᵀ A⁻¹ b
  expect(value).toBeCloseTo(-15 / 22, 12)
  expect(iterations).toBeLessThan(20)
  expect([...start]).toEqual([-30, 50])
})

test('the bottom of the curved valley of Rosenbrock is found from its usual start', async () => {
  const { x, iterations } = await minimizeLbfgs(rosenbrock, Float64Array.of(-1.2, 1), precise)
  expect(x[0]).toBeCloseTo(1, 5)
  expect(x[1]).toBeCloseTo(1, 5)
  expect(iterations).toBeLessThan(100)
})

test('a hundred dimensions of very different curvature are brought to their minimum', async () => {
  const curvature = Float64Array.from({ length: 100 }, (_, i) => 10 ** (i / 33))
  const bowl: Objective = async (x) => ({
    value: x.reduce((sum, value, i) => sum + (curvature[i]! * (value - i) ** 2) / 2, 0),
    gradient: x.map((value, i) => curvature[i]! * (value - i)),
  })
  const { x } = await minimizeLbfgs(bowl, new Float64Array(100), { ...precise, maxIterations: 500 })
  x.forEach((value, i) => expect(value).toBeCloseTo(i, 4))
})

test('a good guess at the curvature saves most of the iterations, whatever its scale', async () => {
  const curvature = Float64Array.from({ length: 100 }, (_, i) => 10 ** (i / 33))
  const bowl: Objective = async (x) => ({
    value: x.reduce((sum, value, i) => sum + (curvature[i]! * (value - i) ** 2) / 2, 0),
    gradient: x.map((value, i) => curvature[i]! * (value - i)),
  })
  const blind = await minimizeLbfgs(bowl, new Float64Array(100), precise)
  for (const scale of [0.01, 1, 100]) {
    const guess = curvature.map((value) => scale * value)
    const guided = await minimizeLbfgs(bowl, new Float64Array(100), { ...precise, curvature: guess })
    guided.x.forEach((value, i) => expect(value).toBeCloseTo(i, 6))
    expect(guided.iterations).toBeLessThan(blind.iterations / 5)
  }
})

test('what is lost in rounding is not chased', async () => {
  let calls = 0
  const rounded: Objective = async (x) => {
    calls++
    const { value, gradient } = await rosenbrock(x)
    return { value: Math.fround(1 + value), gradient }
  }
  const { value } = await minimizeLbfgs(rounded, Float64Array.of(-1.2, 1), { ...precise, rounding: 1e-7 })
  expect(value).toBeLessThan(1 + 1e-5)
  expect(calls).toBeLessThan(80)
})

test('every step improves the value, and the number of iterations is a cap', async () => {
  let last = Infinity
  for (let maxIterations = 0; maxIterations < 12; maxIterations++) {
    const { value, iterations } = await minimizeLbfgs(rosenbrock, Float64Array.of(-1.2, 1), {
      ...precise,
      maxIterations,
    })
    expect(iterations).toBeLessThanOrEqual(maxIterations)
    if (maxIterations > 0) expect(value).toBeLessThan(last)
    last = value
  }
})

test('a start at the minimum is left where it is', async () => {
  const { x, iterations } = await minimizeLbfgs(rosenbrock, Float64Array.of(1, 1), precise)
  expect([...x, iterations]).toEqual([1, 1, 0])
})

test('a cliff (an infinite value) is stepped back from', async () => {
  const cliff: Objective = async ([x]) => ({
    value: x! > 0 ? x! - Math.log(x!) : Infinity,
    gradient: Float64Array.of(1 - 1 / x!),
  })
  const { x } = await minimizeLbfgs(cliff, Float64Array.of(0.01), precise)
  expect(x[0]).toBeCloseTo(1, 6)
})

test('a loss that falls to 0 only at infinity ends when nothing is left of it, in few evaluations', async () => {
  let evaluations = 0
  const objective = (x: Float64Array) => {
    evaluations++
    // As a 32-bit sum would: below 1e-7 nothing is seen.
    const value = Math.exp(-x[0]!) < 1e-7 ? 0 : Math.exp(-x[0]!)
    return Promise.resolve({ value, gradient: Float64Array.of(-Math.exp(-x[0]!)) })
  }
  const { value } = await minimizeLbfgs(objective, new Float64Array(1), { maxIterations: 60, isSolved: () => false })
  expect(value).toBeLessThan(1e-6)
  expect(evaluations).toBeLessThan(80)
})
