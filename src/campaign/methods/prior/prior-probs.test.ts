import { expect, test } from 'vitest'
import { makeOracle } from '../../../annotators/oracle.ts'
import type { Answer } from '../../../core/answer.ts'
import type { Question } from '../../../core/question.ts'
import { makeTaxonomy } from '../../../core/taxonomy.ts'
import type { LedgerEntry } from '../../../store/store.ts'
import { row } from '../../../tensor/matrix.ts'
import { hear } from '../../hearing.ts'
import type { PriorOptions } from '../options.ts'
import { foundationOf } from './foundation.ts'
import { priorProbs } from './prior-probs.ts'

const taxonomy = makeTaxonomy([
  { name: 'bee', classes: [{ name: 'honeybee' }, { name: 'bumblebee' }] },
  { name: 'moth' },
])
const oracle = (id: string, level: 'group' | 'class', amount: number, trusted = false) =>
  makeOracle({
    id,
    price: { kind: 'answer', amount },
    questions: [{ kind: 'classify', level }],
    trusted,
    labels: 'truth',
    taxonomy,
    seed: 1,
  })
const person = oracle('person', 'class', 9, true)

/** What a model says of item 0, 1, … and what it is then held to mean. */
function held(level: 'group' | 'class', answers: readonly Answer[], options: PriorOptions, said?: Answer) {
  const asked: Question =
    said?.kind === 'verdict' ? { kind: 'verify', label: 'honeybee' } : { kind: 'classify', level: 'class' }
  const entry = (item: number, annotator: string, question: Question, answer: Answer): LedgerEntry => {
    return { item, annotator, question, attempt: 0, answer, cost: 1, seconds: null, round: 0, purpose: 'seed' }
  }
  const ledger = answers.flatMap((answer, item) => [
    entry(item, 'model', { kind: 'classify', level }, answer),
    ...(said === undefined ? [] : [entry(item, 'person', asked, said)]),
  ])
  const hearing = hear(ledger, answers.length + 1, taxonomy, new Set(['person']))
  const foundation = foundationOf({ annotators: [person, oracle('model', level, 1)], taxonomy })
  const { probs, pseudoLabels } = priorProbs(foundation, { ledger, hearing }, taxonomy.k, options)
  return { rows: answers.map((_, i) => row(probs, i)), unasked: row(probs, answers.length), pseudoLabels }
}

const label = (name: string): Answer => ({ kind: 'label', label: name })
const near = (...values: number[]) => values.map((value) => expect.closeTo(value, 5) as number)
const abstains: Answer = { kind: 'abstain', reason: 'too dark' }
const outside: Answer = { kind: 'outside', said: 'a cat' }

test('a smoothed answer leaves its share to the other classes, a coarse one is open within its group, and silence tells nothing', () => {
  const fine = held('class', [label('moth'), abstains, outside], { foundation: 'smoothed', smoothing: 0.2 })
  expect(fine.rows.map((probs) => [...probs])).toEqual([
    near(0.1, 0.1, 0.8),
    near(1 / 3, 1 / 3, 1 / 3),
    near(1 / 3, 1 / 3, 1 / 3),
  ])
  expect([...fine.unasked]).toEqual(near(1 / 3, 1 / 3, 1 / 3))
  expect([...fine.pseudoLabels]).toEqual([2, -1, -1, -1])
  const coarse = held('group', [label('bee'), label('moth')], { foundation: 'smoothed', smoothing: 0.2 })
  expect(coarse.rows.map((probs) => [...probs])).toEqual([near(0.4, 0.4, 0.2), near(0.1, 0.1, 0.8)])
  expect([...coarse.pseudoLabels]).toEqual([0, 1, -1])
})

test('people who always say another class than the model turn its word around', () => {
  const { rows, pseudoLabels } = held('class', Array<Answer>(60).fill(label('moth')), {}, label('honeybee'))
  expect(rows[0]![0]).toBeGreaterThan(0.7)
  expect(pseudoLabels[0]).toBe(0)
})

test('a stated distribution is taken with a floor, what it leaves open is spread, and a label beside it is smoothed', () => {
  const stated: Answer = { kind: 'distribution', probabilities: { honeybee: 0.5, moth: 0.3, cat: 0.2 } }
  const { rows } = held('class', [stated, label('moth')], { foundation: 'stated', smoothing: 0.1 })
  // Open are 0.1 and 0.9 of the cat's 0.2, a third of 0.28 for each.
  expect([...rows[0]!]).toEqual(near(0.45 + 0.28 / 3, 0.28 / 3, 0.27 + 0.28 / 3))
  expect([...rows[1]!]).toEqual(near(0.05, 0.05, 0.9))
})

test("a class that people ruled out is not the model's either, however it states its answers", () => {
  const stated: Answer = { kind: 'distribution', probabilities: { honeybee: 0.6, moth: 0.4 } }
  for (const foundation of ['channel', 'smoothed', 'stated'] as const) {
    const { rows, pseudoLabels } = held('class', [stated], { foundation }, { kind: 'verdict', approved: false })
    expect(rows[0]![0]).toBe(0)
    expect(rows[0]!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6)
    expect(pseudoLabels[0]).not.toBe(0)
  }
})

test('the foundation model is the untrusted one with the finest level, the cheapest of these, or the one that is named', () => {
  const annotators = [person, oracle('coarse', 'group', 1), oracle('dear', 'class', 3), oracle('cheap', 'class', 2)]
  expect(foundationOf({ annotators, taxonomy }).annotator.id).toBe('cheap')
  expect(foundationOf({ annotators, taxonomy }, 'coarse')).toMatchObject({ level: { name: 'group' } })
  const refusal = expect.objectContaining({ code: 'no-foundation' }) as Error
  expect(() => foundationOf({ annotators: [person], taxonomy })).toThrow(refusal)
  expect(() => foundationOf({ annotators, taxonomy }, 'person')).toThrow(refusal)
})
