import { expect, test } from 'vitest'
import { makeOracle } from '../src/annotators/oracle.ts'
import { decide } from '../src/campaign/decide.ts'
import type { Standing } from '../src/campaign/standing.ts'
import type { Item } from '../src/core/item.ts'
import { makeTaxonomy } from '../src/core/taxonomy.ts'
import type { LedgerEntry, Store } from '../src/store/store.ts'
import { matrix } from '../src/tensor/matrix.ts'

const n = 300
const question = { kind: 'classify', level: 'class' } as const
const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
const items = Array.from({ length: n }, (_, i): Item => {
  return { id: String(i), source: { kind: 'text', text: '' }, labels: { truth: 'bee' } }
})

/** A campaign with a budget of 100 that has asked a person at 1 this often, 20 times of which for an audit that failed, and then went on. */
function standingAfter(answers: number): Standing {
  const ledger = items.slice(0, answers).map((_, item): LedgerEntry => {
    const [round, purpose] =
      item < 20 ? ([1, 'audit'] as const) : item < 50 ? ([0, 'seed'] as const) : ([2, 'learn'] as const)
    const answer = { kind: 'label', label: 'bee' } as const
    return { item, annotator: 'anna', question, attempt: 0, answer, cost: 1, seconds: null, round, purpose }
  })
  const anna = makeOracle({
    id: 'anna',
    price: { kind: 'answer', amount: 1 },
    questions: [question],
    trusted: true,
    labels: 'truth',
    taxonomy,
    seed: 1,
  })
  const certificate = { lower: 0.4, confidence: 0.95, audited: 20, right: 12, population: 270, believed: 0.9 }
  return {
    campaign: {
      store: {} as Store,
      items,
      taxonomy,
      pool: { features: matrix(n, 1), folds: new Int32Array(n), k: 2 },
      annotators: [anna],
      plan: {
        strategy: 'margin',
        budget: 100,
        target: { accuracy: 0.95, confidence: 0.95 },
        start: 30,
        auditItems: Infinity,
        rounds: Infinity,
        seed: 1,
      },
    },
    ledger,
    hearing: {
      trusted: new Int32Array(n).fill(-1).fill(0, 0, answers),
      random: new Uint8Array(n),
      denied: new Map(),
      weak: [],
    },
    belief: { posterior: matrix(n, 2, new Float32Array(2 * n).fill(0.5)), channels: [], head: null, predict: null },
    round: 3,
    audits: [{ round: 1, certificate }],
    auditIsFresh: false,
  }
}

test('an audit that failed does not eat the money of the audit that ends the campaign', async () => {
  const learning = await decide(standingAfter(85))
  expect(learning.kind === 'ask' && learning.questions.map(({ purpose }) => purpose)).toEqual(Array(5).fill('learn'))
  const ending = await decide(standingAfter(90))
  expect(ending.kind === 'ask' && ending.questions.map(({ purpose }) => purpose)).toEqual(Array(10).fill('audit'))
})
