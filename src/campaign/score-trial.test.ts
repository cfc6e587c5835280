import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import type { PromptTrial, TrialAnswer } from './prompt-trial.ts'
import { scoreTrial } from './score-trial.ts'

test('a model that is right nine times of ten is not believed so often when it names a rare class', () => {
  const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
  const rng = makeRng(1)
  const n = 1000
  const truth = Int32Array.from({ length: n }, () => (rng.uniform() < 0.05 ? 1 : 0))
  const question = { kind: 'classify', level: 'class' } as const
  const answers = Array.from(truth, (y, item): TrialAnswer => {
    const label = ['bee', 'moth'][rng.uniform() < 0.9 ? y : 1 - y]!
    return { item, question, reply: { answer: { kind: 'label', label }, cost: 3, seconds: item } }
  })
  const trial = { taxonomy, level: 'class', kind: 'classify', truth } as PromptTrial
  const score = scoreTrial(trial, answers)
  expect(score.right / n).toBeCloseTo(0.9, 1)
  expect(score.interval[0]).toBeLessThan(score.right / n)
  expect(score.interval[1]).toBeGreaterThan(score.right / n)
  expect(score).toMatchObject({ answers: n, cost: 3 * n, seconds: n / 2, outside: 0, abstained: 0, statedError: null })
  // "moth" is right one time of three: 0.05 · 0.9 against 0.95 · 0.1.
  expect(score.channelError).toBeLessThan(0.03)
})
