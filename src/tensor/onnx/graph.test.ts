import { expect, test } from 'vitest'
import { makeKernel, loadRuntime } from '../kernel.ts'
import { matrix } from '../matrix.ts'
import { buildModel, type GraphBuilder, type Value } from './graph.ts'

const a = matrix(2, 3, Float32Array.of(1, -2, 3, 0.5, 4, -1))
const b = matrix(2, 3, Float32Array.of(2, 2, -1, 0, 1, 3))

async function run(formula: (g: GraphBuilder, a: Value, b: Value) => Value): Promise<number[]> {
  const kernel = makeKernel((g) => ({ y: formula(g, g.input('a', ['n', 'd']), g.input('b', ['n', 'd'])) }))
  return [...(await kernel({ a, b })).y!.data]
}

test('sums, differences, products and the positive part are taken entry by entry', async () => {
  expect(await run((g, x, y) => g.add(x, y))).toEqual([3, 0, 2, 0.5, 5, 2])
  expect(await run((g, x, y) => g.subtract(x, y))).toEqual([-1, -4, 4, 0.5, 3, -4])
  expect(await run((g, x, y) => g.multiply(x, y))).toEqual([2, -4, -3, 0, 4, -3])
  expect(await run((g, x, y) => g.relu(g.add(x, g.multiply(y, g.constant(Float32Array.of(0), [1])))))).toEqual([
    1, 0, 3, 0.5, 4, 0,
  ])
})

test('reductions keep their axis as a dimension of 1', async () => {
  expect(await run((g, x, y) => g.add(g.sum(x, 0), g.sum(g.subtract(y, y), 0)))).toEqual([1.5, 2, 2])
  const means = await run((g, x, y) => g.subtract(g.mean(x, 1), g.mean(y, 1)))
  means.forEach((mean, i) => expect(mean).toBeCloseTo([2 / 3 - 1, 3.5 / 3 - 4 / 3][i]!, 6))
  expect(await run((g, x, y) => g.sum(g.multiply(x, y)))).toEqual([-4])
})

test('products with a transpose: a constant matrix on the left of its transpose gives dot products of columns', async () => {
  expect(await run((g, x, y) => g.matmulTransposed(x, y))).toEqual([2, 2.5, 0.5, -4, 0, 14, 6, 5, -6])
  expect(await run((g, x, y) => g.matmul(x, g.matmulTransposed(x, y)))).toEqual([28, 17.5, -45.5, -21, -3.75, 62.25])
})

test('the losses that correct for noise (hand calculation for logits 2, 1, 0 and observed class 1)', async () => {
  const kernel = makeKernel((g) => {
    const logits = g.input('logits', ['n', 'k'])
    return { loss: g.subtract(g.logSumExp(logits, 1), g.logSumExp(g.add(logits, g.input('evidence', ['n', 'k'])), 1)) }
  })
  const logits = matrix(2, 3, Float32Array.of(2, 1, 0, 2, 1, 0))
  // Column 1 of T = [[.8, .1, .1], [.2, .7, .1], [.1, .15, .75]], then a plain label.
  const evidence = matrix(2, 3, Float32Array.of(Math.log(0.1), Math.log(0.7), Math.log(0.15), -30, 0, -30))
  const { data } = (await kernel({ logits, evidence })).loss!
  expect(data[0]).toBeCloseTo(1.380954, 5)
  expect(data[1]).toBeCloseTo(1.407606, 5)
})

test('a picture is convolved with zeros around it, and flattened', async () => {
  const runtime = await loadRuntime()
  const model = buildModel((g) => {
    const kernels = g.constant(Float32Array.of(0, 0, 0, 0, 1, 2, 0, 0, 0), [1, 1, 3, 3])
    return { y: g.flatten(g.convolve(g.input('x', ['n', 1, 2, 2]), kernels, 1)) }
  })
  const session = await runtime.InferenceSession.create(model, { intraOpNumThreads: 1 })
  const { y } = await session.run({ x: new runtime.Tensor('float32', Float32Array.of(1, 2, 3, 4), [1, 1, 2, 2]) })
  expect(y!.dims).toEqual([1, 4])
  expect([...(y!.data as Float32Array)]).toEqual([5, 2, 11, 4])
})

test('a constant is copied: what the caller does with the array later does not reach the model', async () => {
  const values = Float32Array.of(1, 1, 1)
  const kernel = makeKernel((g) => ({ y: g.add(g.input('a', ['n', 3]), g.constant(values, [1, 3])) }))
  await kernel({ a })
  values.fill(100)
  expect([...(await kernel({ a })).y!.data]).toEqual([2, -1, 4, 1.5, 5, 0])
})
