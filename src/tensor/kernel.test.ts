import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { makeKernel } from './kernel.ts'
import { matrix, type Matrix } from './matrix.ts'

const head = makeKernel((g) => {
  const logits = g.add(g.matmul(g.input('x', ['n', 'd']), g.input('w', ['d', 'k'])), g.input('b', [1, 'k']))
  return { probs: g.softmax(logits), norm: g.logSumExp(logits, 1), total: g.sum(logits) }
})

function randomMatrix(rows: number, cols: number, seed: number): Matrix {
  const rng = makeRng(seed, 'kernel', rows, cols)
  return matrix(
    rows,
    cols,
    Float32Array.from({ length: rows * cols }, () => rng.normal()),
  )
}

test('a formula computes what plain loops do, for any shape, empty ones too', async () => {
  const sizes = fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5 }), fc.nat(1000))
  await fc.assert(
    fc.asyncProperty(sizes, async ([n, d, k, seed]) => {
      const [x, w, b] = [randomMatrix(n, d, seed), randomMatrix(d, k, seed), randomMatrix(1, k, seed + 1)]
      const { probs, norm, total } = await head({ x, w, b })
      expect([probs!.rows, probs!.cols, norm!.rows, norm!.cols, total!.rows, total!.cols]).toEqual([n, k, n, 1, 1, 1])
      let sum = 0
      for (let i = 0; i < n; i++) {
        const logits = Array.from({ length: k }, (_, j) => {
          let value = b.data[j]!
          for (let f = 0; f < d; f++) value += x.data[i * d + f]! * w.data[f * k + j]!
          return value
        })
        const logSum = Math.log(logits.reduce((all, value) => all + Math.exp(value), 0))
        expect(norm!.data[i]).toBeCloseTo(logSum, 4)
        logits.forEach((value, j) => expect(probs!.data[i * k + j]).toBeCloseTo(Math.exp(value - logSum), 5))
        sum += logits.reduce((all, value) => all + value, 0)
      }
      expect(total!.data[0]).toBeCloseTo(sum, 3)
    }),
    { numRuns: 40 },
  )
})

test('log-sum-exp is exact at 1000 and at -1000, with classes ruled out, and with all of them', async () => {
  const norm = makeKernel((g) => ({ y: g.logSumExp(g.input('x', ['n', 'k']), 1) }))
  const x = matrix(4, 2, Float32Array.of(1000, 1000, -1000, -1000, 5, -Infinity, -Infinity, -Infinity))
  const { data } = (await norm({ x })).y!
  expect([...data]).toEqual([1000 + Math.LN2, -1000 + Math.LN2, 5, -Infinity].map(Math.fround))
})

test('equal inputs give equal bits, also side by side', async () => {
  const inputs = { x: randomMatrix(300, 64, 1), w: randomMatrix(64, 10, 2), b: randomMatrix(1, 10, 3) }
  const runs = await Promise.all([head(inputs), head(inputs), head(inputs)])
  for (const { probs } of runs) expect(probs!.data).toEqual(runs[0].probs!.data)
})
