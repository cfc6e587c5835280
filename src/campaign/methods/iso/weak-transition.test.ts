import { expect, test } from 'vitest'
import { makeRng } from '../../../core/rng.ts'
import { row } from '../../../tensor/matrix.ts'
import { weakTransition } from './weak-transition.ts'

test('rows are the truth, columns what was said: a beetle taken for a bug is in the row of beetles', () => {
  // Class 0 is said rightly once of four times, class 1 always.
  const judged = { truth: Int32Array.of(0, 0, 0, 0, 1, 1), said: Int32Array.of(0, 1, 1, 1, 1, 1) }
  const plain = weakTransition(judged, 2, 'plain')
  expect([...row(plain, 0)]).toEqual([0.25, 0.75, 0])
  expect([...row(plain, 1)]).toEqual([0, 1, 0])
  // e = (3 + 1) / (6 + 2) = 1/2, q = 3/4 and 1/4: (1 + 2 · 3/4) / 6, (3 + 2 · 1/4) / 6; 2 · 1/4 / 4, (2 + 2 · 3/4) / 4.
  const smoothed = [...weakTransition(judged, 2).data]
  ;[2.5 / 6, 3.5 / 6, 0.125, 0.875].forEach((p, at) => expect(smoothed[at]).toBeCloseTo(p, 6))
})

test('a class without answers explains none of them where counts are plain, and errs as others do where they are smoothed', () => {
  const judged = { truth: Int32Array.of(0, 0, 0), said: Int32Array.of(0, 0, 0) }
  expect([...row(weakTransition(judged, 2, 'plain'), 1)]).toEqual([0, 0, 1])
  // e = 1/5: q = 0.9 and 0.1.
  const [other, own] = row(weakTransition(judged, 2), 1)
  expect([other, own]).toEqual([expect.closeTo(0.1, 6), expect.closeTo(0.9, 6)])
  expect([...weakTransition(judged, 2, 'none').data]).toEqual([1, 0, 0, 1])
})

test('from three items per class, smoothed counts foresee the answers to come; plain ones call many of them impossible', () => {
  const [c, rng] = [20, makeRng(1)]
  const answersTo = (each: number) => {
    const truth = Int32Array.from({ length: each * c }, (_, i) => i % c)
    return { truth, said: truth.map((y) => (rng.uniform() < 0.75 ? y : rng.below(c))) }
  }
  const [seed, later] = [answersTo(3), answersTo(100)]
  const [smoothed, plain] = [weakTransition(seed, c), weakTransition(seed, c, 'plain')]
  const of = (transition: typeof plain) => [...later.truth].map((i, at) => row(transition, i)[later.said[at]!]!)
  expect(of(plain).filter((p) => p === 0).length / later.truth.length).toBeGreaterThan(0.1)
  expect(Math.min(...of(smoothed))).toBeGreaterThan(0)
  // What the loss makes of an impossible answer is -ln 1e-8 = 18.4 nats.
  const loss = (probs: number[]) => -probs.reduce((sum, p) => sum + Math.log(Math.max(1e-8, p)), 0) / probs.length
  expect(loss(of(smoothed))).toBeLessThan(loss(of(plain)) - 1)
})
