import fc from 'fast-check'
import { expect, test } from 'vitest'
import { argmaxRows, matrix, row, softmaxRows } from '../../tensor/matrix.ts'
import { queryNoise, splitNoise } from './noise-set.ts'
import { productOfExperts } from './product-of-experts.ts'

/** The worked example; expected numbers by hand, to six digits. */
const small = matrix(
  5,
  3,
  Float32Array.of(0.5, 0.3, 0.2, 0.2, 0.2, 0.6, 0.34, 0.33, 0.33, 0.8, 0.1, 0.1, 0.1, 0.8, 0.1),
)
const foundation = matrix(
  5,
  3,
  Float32Array.of(0.6, 0.1, 0.3, 0.1, 0.1, 0.8, 0.5, 0.3, 0.2, 0.9, 0.05, 0.05, 0.3, 0.4, 0.3),
)
const everybody = Int32Array.of(0, 1, 2, 3, 4)
const priors = () => ({
  together: productOfExperts(small, foundation),
  pseudoLabels: argmaxRows(foundation),
})

test('two experts together are surer where they agree and less sure where they do not', () => {
  const expected = [
    [0.769231, 0.076923, 0.153846],
    [0.038462, 0.038462, 0.923077],
    [0.507463, 0.295522, 0.197015],
    [0.986301, 0.006849, 0.006849],
    [0.078947, 0.842105, 0.078947],
  ]
  const { together } = priors()
  expected.forEach((probs, i) => probs.forEach((p, y) => expect(together.data[3 * i + y]).toBeCloseTo(p, 6)))
})

test('the noise set holds the most doubtful items, and a rare pseudo-label makes an item look clean', () => {
  // H_b = .687092 .108169 1.024519 .081873 .181869: item 4, of a rare pseudo-class, is third, though H ranks it before item 1 only.
  expect(splitNoise(everybody, 0.4, priors())).toEqual({ noise: Int32Array.of(2, 0), clean: Int32Array.of(4, 1, 3) })
  // One pseudo-label of each class: H = .687092 .324508 .545607 as they are.
  expect(splitNoise(Int32Array.of(0, 1, 4), 1 / 3, priors()).noise).toEqual(Int32Array.of(0))
})

test('people are asked about what the small model is most in doubt of inside the noise set, then by the doubt of both', () => {
  const split = splitNoise(everybody, 0.4, priors())
  // U_f = 1.029653 .950271 1.098513 .639032 .639032.
  expect(queryNoise(split, small, 1)).toEqual(Int32Array.of(2))
  expect(queryNoise(split, small, 4)).toEqual(Int32Array.of(2, 0, 4, 1))
  expect(queryNoise(split, small, 9)).toEqual(Int32Array.of(2, 0, 4, 1, 3))
})

test('items without a pseudo-label are noise, however few may be', () => {
  const pseudoLabels = Int32Array.of(0, 2, 0, -1, 1)
  expect(splitNoise(everybody, 0, { ...priors(), pseudoLabels })).toEqual({
    noise: Int32Array.of(3),
    clean: Int32Array.of(2, 0, 4, 1),
  })
})

test('experts that leave no class in common are believed half each', () => {
  const one = matrix(2, 3, Float32Array.of(1, 0, 0, 0.9, 0.1, 0))
  const other = matrix(2, 3, Float32Array.of(0, 1, 0, 0, 0, 1))
  const expected = [0.5, 0.5, 0, 0.45, 0.05, 0.5]
  productOfExperts(one, other).data.forEach((p, at) => expect(p).toBeCloseTo(expected[at]!, 6))
})

const experts = fc
  .record({ n: fc.integer({ min: 1, max: 8 }), k: fc.integer({ min: 1, max: 5 }) })
  .chain(({ n, k }) => {
    const logits = fc
      .array(fc.integer({ min: -200, max: 200 }), { minLength: n * k, maxLength: n * k })
      .map((values) => softmaxRows(matrix(n, k, Float32Array.from(values))))
    return fc.tuple(logits, logits)
  })

test('a product of experts is a probability, whoever is named first, and an expert that knows nothing changes nothing', () => {
  fc.assert(
    fc.property(experts, ([p, q]) => {
      const both = productOfExperts(p, q)
      for (let i = 0; i < p.rows; i++) expect(row(both, i).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 5)
      expect(productOfExperts(q, p)).toEqual(both)
      const ignorant = matrix(p.rows, p.cols, new Float32Array(p.data.length).fill(1 / p.cols))
      productOfExperts(p, ignorant).data.forEach((x, at) => expect(x).toBeCloseTo(p.data[at]!, 5))
    }),
  )
})

test('experts of other items are refused', () => {
  expect(() => productOfExperts(small, matrix(4, 3))).toThrow(expect.objectContaining({ code: 'length-mismatch' }))
})

test('every open item is in one of the two sets', () => {
  fc.assert(
    fc.property(experts, fc.double({ min: 0, max: 1, noNaN: true }), ([p, q], rho) => {
      const items = Int32Array.from({ length: p.rows }, (_, i) => i)
      const together = productOfExperts(p, q)
      const pseudoLabels = argmaxRows(q)
      const { noise, clean } = splitNoise(items, rho, { together, pseudoLabels })
      expect([...noise, ...clean].sort((a, b) => a - b)).toEqual([...items])
      expect(noise).toHaveLength(Math.floor(rho * p.rows))
    }),
  )
})
