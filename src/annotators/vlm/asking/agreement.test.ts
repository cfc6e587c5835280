import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answer } from '../../../core/answer.ts'
import { noneOption, type Reading } from '../reading/reading.ts'
import { agree } from './agreement.ts'

const classes = ['ant', 'bee', 'cicada', 'dragonfly']
const refused: Answer = { kind: 'abstain', reason: 'refused' }
const read = (answer: Answer): Reading => ({ answer, rule: answer === refused ? 'unread' : 'json/exact' })
const label = (name: string): Answer => ({ kind: 'label', label: name })
const none: Answer = { kind: 'abstain', reason: noneOption }
const agreed = (...answers: Answer[]): Answer => agree(answers.map(read), classes).answer

test('four of five samples for one of four classes make 4.5 / 7', () => {
  const reading = agree(
    [...Array(4).fill('bee'), 'ant'].map((name: string) => read(label(name))),
    classes,
  )
  expect(reading.rule).toBe('steps/agreed')
  expect(reading.answer).toEqual({ kind: 'distribution', probabilities: { bee: 4.5 / 7, ant: 1.5 / 7 } })
})

test('none of these wins where it was said most often, a reply that cannot be read never does', () => {
  expect(agreed(none, none, label('bee'))).toEqual(none)
  expect(agreed(none, label('bee'))).toEqual({ kind: 'distribution', probabilities: { bee: 1.5 / 4 } })
  expect(agreed(refused, refused, label('bee'))).toEqual({ kind: 'distribution', probabilities: { bee: 1.5 / 3 } })
  expect(agreed(refused, refused)).toEqual(refused)
  expect(agreed(label('bee'))).toEqual(label('bee'))
  expect(agreed({ kind: 'outside', said: 'yeti' }, { kind: 'outside', said: 'yeti' }, none)).toEqual({
    kind: 'outside',
    said: 'yeti',
  })
})

test('verdicts and lists go by the majority', () => {
  const verdict = (approved: boolean): Answer => ({ kind: 'verdict', approved })
  expect(agreed(verdict(true), verdict(true), verdict(false))).toEqual({
    kind: 'verdict',
    approved: true,
    confidence: 2.5 / 4,
  })
  expect(agreed(verdict(true), verdict(false))).toMatchObject({ approved: false, confidence: 1.5 / 3 })
  const found = (...labels: string[]): Answer => ({ kind: 'labels', labels })
  expect(agreed(found('ant', 'bee'), found('bee'), found())).toEqual(found('bee'))
})

test('shares sum to at most one, and name none but classes', () => {
  const name = fc.constantFrom(...classes)
  const answer: fc.Arbitrary<Answer> = fc.oneof(
    name.map(label),
    fc.constantFrom(none, refused),
    fc
      .tuple(name, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([of, p]): Answer => ({ kind: 'distribution', probabilities: { [of]: p } })),
  )
  fc.assert(
    fc.property(fc.array(answer, { minLength: 2, maxLength: 9 }), (answers) => {
      const combined = agreed(...answers)
      if (combined.kind !== 'distribution') return
      expect(Object.values(combined.probabilities).reduce((sum, p) => sum + p, 0)).toBeLessThanOrEqual(1 + 1e-12)
    }),
    { seed: 1 },
  )
})
