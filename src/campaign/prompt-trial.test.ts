import { expect, test } from 'vitest'
import type { ImmediateAnnotator } from '../annotators/annotator.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import { runPromptTrial } from './prompt-trial.ts'

const n = 40
const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
const items = Array.from({ length: n }, (_, i) => ({
  id: `${i}`,
  source: { kind: 'text', text: '' } as const,
  labels: {},
}))
const answer = { kind: 'label', label: 'bee' } as const

function trialOf(ask: ImmediateAnnotator['ask']) {
  const annotator: ImmediateAnnotator = {
    kind: 'immediate',
    id: 'model',
    price: { kind: 'answer', amount: 10 },
    questions: [{ kind: 'classify', level: 'class' }],
    trusted: false,
    concurrency: 4,
    mostCost: () => 20,
    knows: () => true,
    ask,
  }
  const truth = new Int32Array(n)
  return { annotator, taxonomy, level: 'class', kind: 'classify', items, truth, examples: [], seed: 1 } as const
}
const signal = new AbortController().signal

test('a trial keeps to its budget and answers in the order of its items', async () => {
  const { answers } = await runPromptTrial(
    trialOf(async () => ({ answer, cost: 10, seconds: null })),
    { budget: 100, signal },
  )
  // At 90 spent, the next may cost 20.
  expect(answers.map(({ item }) => item)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

test('a trial that fails asks nothing new, and keeps what was answered', async () => {
  let asked = 0
  const failing = trialOf(async () => {
    if (++asked === 6) throw new Error('down')
    await new Promise(setImmediate)
    return { answer, cost: 10, seconds: null }
  })
  const { answers, failure } = await runPromptTrial(failing, { budget: Infinity, signal })
  expect(failure).toMatchObject({ message: 'down' })
  expect(asked).toBeLessThanOrEqual(6 + 3)
  expect(answers).toHaveLength(asked - 1)
})
