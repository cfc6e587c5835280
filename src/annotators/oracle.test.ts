import { expect, test } from 'vitest'
import type { Answer } from '../core/answer.ts'
import type { Item } from '../core/item.ts'
import type { Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { matrix } from '../tensor/matrix.ts'
import { makeHuman } from './human.ts'
import { makeOracle, type OracleOptions } from './oracle.ts'

const taxonomy = makeTaxonomy([
  {
    name: 'bee',
    classes: [{ name: 'honeybee', aliases: ['Apis mellifera'] }, { name: 'bumblebee' }, { name: 'mason bee' }],
  },
  { name: 'moth', classes: [{ name: 'hawk moth' }, { name: 'tiger moth' }] },
  { name: 'ladybird' },
])
const price: Price = { kind: 'hourly', wage: 36_000_000, secondsPerQuestion: { classify: 8, select: 4, verify: 2 } }
const fine: Question = { kind: 'classify', level: 'class' }
const never = new AbortController().signal
const fineNames = ['honeybee', 'bumblebee', 'mason bee', 'hawk moth', 'tiger moth', 'ladybird']

function itemOf(truth: string, id: string = truth): Item {
  return { id, source: { kind: 'text', text: '' }, labels: { truth } }
}

function oracle(options: Partial<OracleOptions> = {}) {
  return makeOracle({
    id: 'o',
    price,
    questions: [fine],
    trusted: true,
    labels: 'truth',
    taxonomy,
    seed: 1,
    ...options,
  })
}

async function answerOf(item: Item, question: Question, options: Partial<OracleOptions> = {}): Promise<Answer> {
  return (await oracle(options).ask(item, question, never)).answer
}

async function labelsOf(items: readonly Item[], options: Partial<OracleOptions>): Promise<string[]> {
  const answers = await Promise.all(items.map((item) => answerOf(item, fine, options)))
  return answers.map((answer) => (answer.kind === 'label' ? answer.label : ''))
}

test('an oracle without noise tells the truth at every level', async () => {
  const bee = itemOf('apis_mellifera')
  expect(await answerOf(bee, fine)).toEqual({ kind: 'label', label: 'honeybee' })
  expect(await answerOf(bee, { kind: 'classify', level: 'group' })).toEqual({ kind: 'label', label: 'bee' })
  expect(await answerOf(bee, { kind: 'verify', label: 'bee' })).toEqual({ kind: 'verdict', approved: true })
  expect(await answerOf(bee, { kind: 'verify', label: 'Bumblebee' })).toEqual({ kind: 'verdict', approved: false })
  expect(await answerOf(bee, { kind: 'verify', label: 'zebra' })).toEqual({ kind: 'verdict', approved: false })
  expect(await answerOf(bee, { kind: 'select', labels: ['moth', 'honeybee'] })).toEqual({
    kind: 'labels',
    labels: ['honeybee'],
  })
})

test('an item without a label of the taxonomy is not known', async () => {
  expect(oracle().knows(itemOf('honeybee'))).toBe(true)
  expect(oracle().knows(itemOf('zebra'))).toBe(false)
  expect(oracle({ labels: 'given' }).knows(itemOf('honeybee'))).toBe(false)
  // Asked all the same, as when its class has gone since the question was planned.
  expect(await oracle().ask(itemOf('zebra'), fine, never)).toMatchObject({ answer: { kind: 'abstain' }, cost: 0 })
})

test('an answer costs its share of the hourly wage, and takes that long', async () => {
  // 8 s at 36 an hour are 0.08.
  expect(await oracle().ask(itemOf('honeybee'), fine, never)).toMatchObject({ cost: 80_000, seconds: 8 })
  const flat = oracle({ price: { kind: 'answer', amount: 7 } })
  expect(await flat.ask(itemOf('honeybee'), fine, never)).toMatchObject({ cost: 7, seconds: null })
})

test('uniform noise errs at its rate, always among the other classes, and evenly', async () => {
  const items = Array.from({ length: 4000 }, (_, i) => itemOf('honeybee', `i${i}`))
  const wrong = (await labelsOf(items, { noise: 0.3 })).filter((label) => label !== 'honeybee')
  // Three standard deviations of a binomial share: 3 sqrt(0.3 * 0.7 / 4000) = 0.022.
  expect(Math.abs(wrong.length / items.length - 0.3)).toBeLessThan(0.022)
  for (const name of fineNames.slice(1)) {
    const share = wrong.filter((label) => label === name).length / wrong.length
    expect(Math.abs(share - 0.2)).toBeLessThan(0.04)
  }
})

test('a look-alike is of the same group, and any class where the group has no other', async () => {
  const noise = { kind: 'look-alike', rate: 1 } as const
  const many = (truth: string) => Array.from({ length: 60 }, (_, i) => itemOf(truth, `i${i}`))
  expect(new Set(await labelsOf(many('honeybee'), { noise }))).toEqual(new Set(['bumblebee', 'mason bee']))
  expect(new Set(await labelsOf(many('ladybird'), { noise }))).toEqual(new Set(fineNames.slice(0, 5)))
  const confusable = Int32Array.of(0, 1, 1, 0, 1, 1)
  expect(new Set(await labelsOf(many('honeybee'), { noise: { ...noise, confusable } }))).toEqual(new Set(['hawk moth']))
})

test('by rates of its own a class is mistaken more often than another', async () => {
  const noise = { kind: 'class-dependent', rates: [0.5, 0, 1, 0, 0, 0] } as const
  const many = (truth: string) => Array.from({ length: 2000 }, (_, i) => itemOf(truth, `i${i}`))
  const halved = await labelsOf(many('honeybee'), { noise })
  // Three standard deviations: 3 sqrt(0.25 / 2000) = 0.034.
  expect(Math.abs(halved.filter((label) => label !== 'honeybee').length / 2000 - 0.5)).toBeLessThan(0.034)
  expect(new Set(halved)).toEqual(new Set(fineNames))
  expect(new Set(await labelsOf(many('bumblebee'), { noise }))).toEqual(new Set(['bumblebee']))
  expect(await labelsOf(many('mason bee'), { noise })).not.toContain('mason bee')
})

test('by a transition matrix a class is taken for another as often as its row says, and never for one it rules out', async () => {
  const identity = Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0))
  const transition = matrix(6, 6, Float32Array.from([0.6, 0, 0.3, 0, 0, 0.1, ...identity.slice(6)]))
  const noise = { kind: 'class-dependent', transition } as const
  const items = Array.from({ length: 4000 }, (_, i) => itemOf('honeybee', `i${i}`))
  const labels = await labelsOf(items, { noise })
  const share = (name: string) => labels.filter((label) => label === name).length / labels.length
  // Three standard deviations: at most 3 sqrt(0.24 / 4000) = 0.023.
  expect(Math.abs(share('honeybee') - 0.6)).toBeLessThan(0.024)
  expect(Math.abs(share('mason bee') - 0.3)).toBeLessThan(0.024)
  expect(Math.abs(share('ladybird') - 0.1)).toBeLessThan(0.024)
  expect(new Set(labels).size).toBe(3)
  expect(await labelsOf([itemOf('hawk moth'), itemOf('ladybird')], { noise })).toEqual(['hawk moth', 'ladybird'])
})

test('a verdict has its own price', async () => {
  const checker = oracle({ verifies: true, price: { kind: 'answer', amount: 7, verify: 2 } })
  expect(checker.verifies).toBe(true)
  expect(oracle()).not.toHaveProperty('verifies')
  const verdict = await checker.ask(itemOf('honeybee'), { kind: 'verify', label: 'bumblebee' }, never)
  expect(verdict).toMatchObject({ answer: { kind: 'verdict', approved: false }, cost: 2 })
})

test('a mistake belongs to the item: it is the same whenever and however the question is asked', async () => {
  const noise = { kind: 'uniform', rate: 1 } as const
  const item = itemOf('honeybee', 'x')
  const [label] = await labelsOf([item], { noise })
  expect(await labelsOf([item], { noise })).toEqual([label])
  expect(await answerOf(item, { kind: 'verify', label: label! }, { noise })).toEqual({
    kind: 'verdict',
    approved: true,
  })
  expect(await answerOf(item, { kind: 'verify', label: 'honeybee' }, { noise })).toEqual({
    kind: 'verdict',
    approved: false,
  })
  const others = await Promise.all([2, 3, 4, 5, 6].map((seed) => labelsOf([item], { noise, seed })))
  expect(new Set(others.flat()).size).toBeGreaterThan(1)
})

test('where there is one class only, nothing can be mistaken', async () => {
  const alone = makeTaxonomy([{ name: 'bee' }])
  expect(await labelsOf([itemOf('bee')], { taxonomy: alone, noise: 1 })).toEqual(['bee'])
})

test('noise that is no probability, or does not fit the classes, is refused', () => {
  expect(() => oracle({ noise: 1.5 })).toThrow(expect.objectContaining({ code: 'bad-noise' }))
  const confusable = new Int32Array(2)
  expect(() => oracle({ noise: { kind: 'look-alike', rate: 0.1, confusable } })).toThrow('2 entries')
  const byClass = (rates: readonly number[]) => oracle({ noise: { kind: 'class-dependent', rates } })
  expect(() => byClass([0.1])).toThrow('1 entries')
  expect(() => byClass([0, 0, 0, 0, 0, -0.1])).toThrow('-0.1 is no probability')
  const by = (cells: readonly number[], k: number) =>
    oracle({ noise: { kind: 'class-dependent', transition: matrix(k, k, Float32Array.from(cells)) } })
  expect(() => by([0, 1, 1, 0], 2)).toThrow('2 x 2')
  const half = Array.from({ length: 36 }, (_, at) => (at === 35 ? 0.5 : at % 7 === 0 ? 1 : 0))
  expect(() => by(half, 6)).toThrow('Row 5')
})

test('a person answers in their own time', () => {
  const anna = { id: 'anna', price, questions: [fine], trusted: true }
  expect(makeHuman(anna)).toEqual({ kind: 'queued', ...anna })
})
