import { expect, test } from 'vitest'
import { matrix } from '../../../tensor/matrix.ts'
import { borneOut, checkPseudoLabels } from './guard.ts'

const distrusted = (wrong: number, right: number, random: readonly number[] = []) => {
  const truth = Int32Array.from([...Array<number>(wrong).fill(1), ...Array<number>(right).fill(0), -1])
  const drawn = Uint8Array.from(truth, (_, i) => (random.includes(i) ? 1 : 0))
  const { checked, distrusted: found } = checkPseudoLabels(new Int32Array(truth.length), truth, drawn, 2)
  return { checked: [...checked], distrusted: [...found] }
}

test('pseudo-labels of a class are distrusted where they are right less than half the time for all but one in twenty', () => {
  // All five wrong has a probability of 1/32 at a rate of one half, all four of 1/16; eleven of fourteen or more, of 0.0287.
  expect(distrusted(5, 0)).toEqual({ checked: [5, 0], distrusted: [1, 0] })
  expect(distrusted(4, 0).distrusted).toEqual([0, 0])
  expect(distrusted(11, 3).distrusted).toEqual([1, 0])
  expect(distrusted(10, 4).distrusted).toEqual([0, 0])
  expect(distrusted(1, 9).distrusted).toEqual([0, 0])
})

test('what was drawn at random judges alone where there is enough of it: a strategy asks about mistakes', () => {
  expect(distrusted(11, 3, [0, 1, 11, 12, 13])).toEqual({ checked: [14, 0], distrusted: [0, 0] })
  expect(distrusted(11, 3, [0, 11, 12, 13]).distrusted).toEqual([1, 0])
})

test('items without a pseudo-label check nothing', () => {
  const { checked } = checkPseudoLabels(Int32Array.of(-1, 0), Int32Array.of(0, 0), Uint8Array.of(1, 1), 1)
  expect([...checked]).toEqual([1])
})

test('a pseudo-label that both models together find less likely than another is not taken, at its own level', () => {
  const together = matrix(3, 3, Float32Array.of(0.3, 0.3, 0.4, 0.3, 0.3, 0.4, 0.6, 0.2, 0.2))
  expect([...borneOut(Int32Array.of(2, 0, -1), together, Int32Array.of(0, 1, 2))]).toEqual([2, -1, -1])
  // Classes 0 and 1 are one group, likelier than class 2.
  expect([...borneOut(Int32Array.of(1, 0, 0), together, Int32Array.of(0, 0, 1))]).toEqual([-1, 0, 0])
})
