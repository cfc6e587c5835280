import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { labelEvidence } from './evidence.ts'
import { fitTerms } from './fit-terms.ts'
import { evidenceTerm, type LinearHead, type LossTerm } from './head-loss.ts'
import { inverse } from './inverse.ts'

/** Overlapping clouds; the features may lie far from 0 and be of very different scale. */
function clouds({ n, d, k, seed }: { n: number; d: number; k: number; seed: number }, offset = 0, decay = 0) {
  const rng = makeRng(seed, 'fit-terms')
  const centres = Float64Array.from({ length: k * d }, () => rng.normal())
  const labels = Int32Array.from({ length: n }, (_, i) => i % k)
  const features = matrix(n, d)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++)
      row(features, i)[j] = (centres[labels[i]! * d + j]! + rng.normal()) / (1 + j) ** decay + offset
  }
  return { features, labels }
}

/** The objective, its gradient and its second derivatives in 64 bits and plain loops. */
function plain(x: Float64Array, features: Matrix, labels: Int32Array, { k, l2 }: { k: number; l2: number }) {
  const [d, size] = [features.cols, x.length]
  const gradient = new Float64Array(size)
  const hessian = new Float64Array(size * size)
  let value = 0
  for (let i = 0; i < features.rows; i++) {
    const along = [...row(features, i), 1]
    const logits = Array.from({ length: k }, (_, y) => along.reduce((sum, f, j) => sum + f * x[j * k + y]!, 0))
    const most = Math.max(...logits)
    const total = logits.reduce((sum, z) => sum + Math.exp(z - most), 0)
    const p = logits.map((z) => Math.exp(z - most) / total)
    value += most + Math.log(total) - logits[labels[i]!]!
    for (let j = 0; j <= d; j++) {
      for (let y = 0; y < k; y++) {
        gradient[j * k + y]! += along[j]! * (p[y]! - (y === labels[i] ? 1 : 0))
        for (let h = 0; h <= d; h++) {
          for (let c = 0; c < k; c++) {
            hessian[(j * k + y) * size + h * k + c]! += along[j]! * along[h]! * p[y]! * ((y === c ? 1 : 0) - p[c]!)
          }
        }
      }
    }
  }
  for (let at = 0; at < d * k; at++) {
    value += (l2 / 2) * x[at]! ** 2
    gradient[at]! += l2 * x[at]!
    hessian[at * size + at]! += l2
  }
  return { value, gradient, hessian }
}

/** Newton's method with halved steps: slow, and as precise as 64 bits are. */
function newton(features: Matrix, labels: Int32Array, problem: { k: number; l2: number }): number {
  let x = new Float64Array((features.cols + 1) * problem.k)
  let here = plain(x, features, labels, problem)
  for (let iteration = 0; iteration < 60; iteration++) {
    const size = x.length
    // The biases may all grow together without effect; a trace of a penalty makes the system solvable.
    for (let at = 0; at < size; at++) here.hessian[at * size + at]! += 1e-6
    const inverted = inverse({ rows: size, cols: size, data: here.hessian as unknown as Float32Array })
    const step = x.map((_, i) => here.gradient.reduce((sum, g, j) => sum + inverted[i * size + j]! * g, 0))
    let [length, next] = [1, here]
    for (; length > 1e-10; length /= 2) {
      next = plain(
        x.map((value, i) => value - length * step[i]!),
        features,
        labels,
        problem,
      )
      if (next.value < here.value) break
    }
    if (length <= 1e-10) break
    x = x.map((value, i) => value - length * step[i]!)
    here = next
  }
  return here.value
}

const valueOf = ({ weights, bias }: LinearHead, features: Matrix, labels: Int32Array, l2: number): number =>
  plain(Float64Array.of(...weights.data, ...bias.data), features, labels, { k: bias.cols, l2 }).value

function counted(term: LossTerm) {
  const counter = { calls: 0 }
  const evaluate: LossTerm['evaluate'] = (head, gradient) => {
    counter.calls++
    return term.evaluate(head, gradient)
  }
  return { counter, term: { ...term, evaluate } }
}

test.each([1e-1, 1e-3, 1e-5])(
  'a head is within a share of %d of the minimum that 64-bit Newton steps find',
  async (tolerance) => {
    for (const [seed, l2] of [
      [1, 0.1],
      [2, 1],
      [3, 10],
    ] as const) {
      const { features, labels } = clouds({ n: 40, d: 3, k: 3, seed })
      const head = await fitTerms([evidenceTerm(features, labelEvidence(labels, 3))], { d: 3, k: 3 }, { l2, tolerance })
      const least = newton(features, labels, { k: 3, l2 })
      expect(valueOf(head, features, labels, l2) / least - 1).toBeLessThan(tolerance)
      expect(valueOf(head, features, labels, l2) / least - 1).toBeGreaterThan(-1e-9)
    }
  },
)

test('features far from 0 cost no more iterations than the same features around 0', async () => {
  const shape = { n: 120, d: 4, k: 3, seed: 5 }
  const calls: number[] = []
  for (const offset of [0, 50]) {
    const { features, labels } = clouds(shape, offset)
    const { counter, term } = counted(evidenceTerm(features, labelEvidence(labels, 3)))
    const head = await fitTerms([term], shape, { l2: 1 })
    expect(valueOf(head, features, labels, 1) / newton(features, labels, { k: 3, l2: 1 }) - 1).toBeLessThan(1e-3)
    calls.push(counter.calls)
  }
  expect(calls[1]).toBeLessThanOrEqual(calls[0]! + 2)
})

test('a warm start finds the same minimum sooner', async () => {
  const shape = { n: 400, d: 12, k: 5, seed: 6 }
  const { features, labels } = clouds(shape, 1, 1)
  const options = { l2: 0.01, tolerance: 1e-4 }
  const cold = counted(evidenceTerm(features, labelEvidence(labels, 5)))
  const first = await fitTerms([cold.term], shape, options)
  const warm = counted(evidenceTerm(features, labelEvidence(labels, 5)))
  const warmStart = await fitTerms([cold.term], shape, { ...options, l2: 0.02 })
  const second = await fitTerms([warm.term], shape, { ...options, warmStart })
  const [a, b] = [first, second].map((head) => valueOf(head, features, labels, 0.01))
  expect(Math.abs(a! / b! - 1)).toBeLessThan(1e-4)
  expect(warm.counter.calls).toBeLessThan(cold.counter.calls / 2)
})

test('a head grows by a class: the classes it has start where they were, the new one at 0', async () => {
  const head = { weights: matrix(2, 2, Float32Array.of(1, 2, 3, 4)), bias: matrix(1, 2, Float32Array.of(5, 6)) }
  const { features, labels } = clouds({ n: 9, d: 2, k: 3, seed: 7 }, 2)
  const term = evidenceTerm(features, labelEvidence(labels, 3))
  const start = await fitTerms([term], { d: 2, k: 3 }, { warmStart: head, maxIterations: 0 })
  expect([...start.weights.data]).toEqual([1, 2, 0, 3, 4, 0])
  expect([...start.bias.data]).toEqual([5, 6, 0])
})

test('without a penalty the fit ends where 32 bits show no more progress', async () => {
  const { features, labels } = clouds({ n: 60, d: 2, k: 3, seed: 8 })
  const head = await fitTerms([evidenceTerm(features, labelEvidence(labels, 3))], { d: 2, k: 3 }, { l2: 0 })
  expect(valueOf(head, features, labels, 0) / newton(features, labels, { k: 3, l2: 0 }) - 1).toBeLessThan(1e-4)
})
