import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { matrix, softmaxRows, type Matrix } from '../tensor/matrix.ts'
import { information, type Choice, type Offer } from './information.ts'

const posterior = (...rows: number[][]): Matrix => matrix(rows.length, rows[0]!.length, Float32Array.from(rows.flat()))
const everywhere = (n: number): Uint8Array => new Uint8Array(n).fill(1)
/** A channel that is right at this rate, its mistakes spread evenly. */
function channel(k: number, rightRate: number): Matrix {
  const m = matrix(k, k, new Float32Array(k * k).fill((1 - rightRate) / (k - 1)))
  for (let y = 0; y < k; y++) m.data[y * k + y] = rightRate
  return m
}
const person = (n: number, price = 1_000_000): Offer => ({ price, available: everywhere(n), answers: 'truth' })
const model = (n: number, rightRate: number, price: number): Offer => ({
  price,
  available: everywhere(n),
  answers: { likelihood: channel(2, rightRate), weight: 1 },
})
const plenty = { trustedLabels: 100, money: Infinity }

test('whatever the offers, money is never overspent, each item is asked about once, and only where it may be', () => {
  const scenes = fc.record({ n: fc.nat(15), seed: fc.nat(), money: fc.nat(30), offers: fc.integer({ min: 0, max: 4 }) })
  fc.assert(
    fc.property(scenes, ({ n, seed, money, offers: count }) => {
      const rng = makeRng(seed, 'information')
      const beliefs = softmaxRows(
        matrix(
          n,
          3,
          Float32Array.from({ length: n * 3 }, () => 2 * rng.normal()),
        ),
      )
      const offers = Array.from({ length: count }, (): Offer => ({
        price: rng.below(8),
        ...(rng.below(2) && {
          verdict: { price: rng.below(8), available: Uint8Array.from({ length: n }, () => rng.below(2)) },
        }),
        available: Uint8Array.from({ length: n }, () => rng.below(2)),
        answers: rng.below(2)
          ? 'truth'
          : {
              likelihood: channel(3, 0.3 + 0.6 * rng.uniform()),
              weight: 0.5,
            },
      }))
      const choices = information(beliefs, offers, { trustedLabels: 5, money })
      expect(choices.reduce((sum, { price }) => sum + price, 0)).toBeLessThanOrEqual(money)
      expect(new Set(choices.map(({ item }) => item)).size).toBe(choices.length)
      expect(choices.every(({ item, offer, gain }) => offers[offer]!.available[item] === 1 && gain > 0)).toBe(true)
      const rates = choices.map(({ price, gain }) => gain / Math.max(1, price))
      expect(rates).toEqual([...rates].sort((a, b) => b - a))
      expect(information(beliefs, offers, { trustedLabels: 5, money })).toEqual(choices)
    }),
  )
})

test('a free annotator that is always right is asked before a dear person', () => {
  const beliefs = posterior([0.6, 0.4], [0.55, 0.45])
  for (const offers of [
    [person(2), model(2, 1, 0)],
    [model(2, 1, 0), person(2)],
  ]) {
    const choices = information(beliefs, offers, plenty)
    expect(choices.map(({ item, offer }) => [item, offers[offer]!.price])).toEqual([
      [1, 0],
      [0, 0],
    ])
  }
})

test('of two free annotators the better one is asked', () => {
  const choices = information(posterior([0.5, 0.5]), [model(1, 0.7, 0), model(1, 0.9, 0)], plenty)
  expect(choices.map(({ offer }) => offer)).toEqual([1])
})

test('whoever says nothing about the truth is never asked, not even for free', () => {
  expect(information(posterior([0.6, 0.4], [0.5, 0.5]), [model(2, 0.5, 0)], plenty)).toEqual([])
})

test('an answer that cannot change the label is worth nothing (0.9 against 0.1, right at 80 %)', () => {
  // The best class after either answer is the first: .9 * .8 > .1 * .2 and .9 * .2 > .1 * .8.
  expect(information(posterior([0.9, 0.1]), [model(1, 0.8, 1)], plenty)).toEqual([])
})

test('the gain of an answer right at 80 % on an even item is 0.3 of a label', () => {
  const [choice] = information(posterior([0.5, 0.5]), [model(1, 0.8, 1)], plenty)
  expect(choice!.gain).toBeCloseTo(0.3, 6)
})

test('a person sets right its own item, and half an error per label given so far, more on a boundary (hand calculation)', () => {
  // Doubts .4 and .2, errors .6; taught = .5 * .6 / 10 = .03, times 1 - margin: .8 and .4.
  const choices = information(posterior([0.6, 0.4], [0.8, 0.2]), [person(2)], { trustedLabels: 10, money: Infinity })
  expect(choices.map(({ item }) => item)).toEqual([0, 1])
  expect(choices[0]!.gain).toBeCloseTo(0.4 + 0.03 * 0.8, 5)
  expect(choices[1]!.gain).toBeCloseTo(0.2 + 0.03 * 0.4, 5)
})

test('a dear and a cheap person who know the same: the cheap one is asked', () => {
  const choices = information(posterior([0.5, 0.5], [0.7, 0.3]), [person(2, 30), person(2, 20)], {
    trustedLabels: 1,
    money: 25,
  })
  expect(choices.map(({ item, offer }) => [item, offer])).toEqual([[0, 1]])
})

test('more doubt is asked about first, and what is certain never', () => {
  const doubtful = [0.5, 0.9, 0.7, 1, 0.6]
  const choices = information(posterior(...doubtful.map((p) => [p, 1 - p])), [person(5)], plenty)
  expect(choices.map(({ item }) => item)).toEqual([0, 4, 2, 1])
})

test('an annotator of less weight is heard as one that is less often right', () => {
  const half: Offer = { ...model(1, 0.9, 1), answers: { likelihood: channel(2, 0.9), weight: 0.5 } }
  const [choice] = information(posterior([0.5, 0.5]), [half], plenty)
  // √.9 / (√.9 + √.1) = .75
  expect(choice!.gain).toBeCloseTo(0.25, 6)
})

test('no items, no offers, one class or no money: nothing is asked', () => {
  expect(information(matrix(0, 3), [person(0)], plenty)).toEqual([])
  expect(information(posterior([0.5, 0.5]), [], plenty)).toEqual([])
  expect(information(posterior([1], [1]), [person(2)], plenty)).toEqual([])
  expect(information(posterior([0.5, 0.5]), [person(1)], { trustedLabels: 0, money: 0 })).toEqual([])
})

test('a cheap yes or no is asked where one class is likely, the class itself where many are', () => {
  const flat = Array<number>(10).fill(0.1)
  const beliefs = posterior([0.6, 0.3, ...Array<number>(8).fill(0.0125)], flat)
  const choices = information(
    beliefs,
    [{ ...person(2), verdict: { price: 250_000, available: everywhere(2) } }],
    plenty,
  )
  expect(Object.fromEntries(choices.map(({ item, asks, price }) => [item, [asks, price]]))).toEqual({
    0: ['verdict', 250_000],
    1: ['class', 1_000_000],
  })
})

test('a guess that may not be asked is not', () => {
  const nowhere = { price: 1, available: new Uint8Array(1) }
  const choices = information(posterior([0.9, 0.1]), [{ ...person(1), verdict: nowhere }], plenty)
  expect(choices.map(({ asks }) => asks)).toEqual(['class'])
})

test('the rate of a guess is that of settling the item by guesses', () => {
  const [choice] = information(
    posterior([0.75, 0.25]),
    [{ ...person(1, 100), verdict: { price: 50, available: everywhere(1) } }],
    {
      trustedLabels: 1,
      money: Infinity,
    },
  ) as [Choice]
  // Worth: doubt 0.25, lesson 0.5 * 0.25 / 1 * (1 - 0.5). Cost: half a label for the guess, and half a one for the other, sure after a no.
  const cost = 0.5 + 0.25 * 0.5
  expect(choice.gain / choice.price).toBeCloseTo((0.25 + 0.0625) / (cost * 100), 6)
})

test('an answer that has been seen to teach is worth the more for what it tells', () => {
  const beliefs = posterior([0.5, 0.5])
  const gainOf = (teaches: boolean): number => {
    const answers = { likelihood: channel(2, 0.9), weight: 1, teaches }
    return information(beliefs, [{ price: 1, available: everywhere(1), answers }], { trustedLabels: 1, money: 1 })[0]!
      .gain
  }
  // Rise 0.4; lesson 0.5 * 0.5, and 1 - h(0.9) / ln 2 of it.
  const told = 1 + (0.9 * Math.log(0.9) + 0.1 * Math.log(0.1)) / Math.log(2)
  expect(gainOf(false)).toBeCloseTo(0.4, 5)
  expect(gainOf(true)).toBeCloseTo(0.4 + 0.25 * told, 5)
})

test('with features, twins are not asked about in one batch', () => {
  const beliefs = posterior([0.5, 0.5], [0.5, 0.5], [0.6, 0.4])
  const features = matrix(3, 2, Float32Array.of(1, 0, 1, 0.01, 0, 1))
  const ask = (more: object) =>
    information(beliefs, [person(3)], { trustedLabels: 100, money: 2_000_000, ...more }).map(({ item }) => item)
  expect(ask({})).toEqual([0, 1])
  expect(ask({ features })).toEqual([0, 2])
})
