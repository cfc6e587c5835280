import { expect, test } from 'vitest'
import { matrix } from '../tensor/matrix.ts'
import { excludeDenied } from './known.ts'

test('what people ruled out is shared by the other classes as they stand to each other, and equally where they had nothing', () => {
  const probs = matrix(3, 3, Float32Array.of(0.5, 0.375, 0.125, 0.5, 0.25, 0.25, 1, 0, 0))
  excludeDenied(
    probs,
    new Map([
      [0, new Set([0])],
      [2, new Set([0])],
    ]),
  )
  expect([...probs.data]).toEqual([0, 0.75, 0.25, 0.5, 0.25, 0.25, 0, 0.5, 0.5])
})
