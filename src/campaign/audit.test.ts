import { expect, test } from 'vitest'
import type { LedgerEntry } from '../store/store.ts'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { judgeAudit, planAudit } from './audit.ts'
import type { Belief } from './belief.ts'
import type { CampaignPlan } from './campaign.ts'
import type { Certificate } from './certificate.ts'
import type { Hearing } from './hearing.ts'
import type { OpenOffer } from './offers.ts'
import type { Standing } from './standing.ts'

const n = 400
const question = { kind: 'classify', level: 'class' } as const
const plan: CampaignPlan = {
  strategy: 'margin',
  budget: Infinity,
  target: { accuracy: 0.9, confidence: 0.95 },
  start: 10,
  auditItems: Infinity,
  rounds: Infinity,
  seed: 1,
}

/** Everybody believed to be of class 0 with this probability. */
function belief(certainty: number): Belief {
  const posterior: Matrix = matrix(n, 2)
  for (let i = 0; i < n; i++) row(posterior, i).set([certainty, 1 - certainty])
  return { posterior, channels: [], head: null, predict: null }
}
function hearing(settled: number): Hearing {
  return {
    trusted: new Int32Array(n).fill(-1).fill(0, 0, settled),
    random: new Uint8Array(n),
    denied: new Map(),
    weak: [],
  }
}
function standing(certainty: number, settled: number, audits: Standing['audits'] = []): Standing {
  const campaign = { plan } as Standing['campaign']
  return {
    campaign,
    ledger: [],
    hearing: hearing(settled),
    belief: belief(certainty),
    round: 3,
    audits,
    auditIsFresh: false,
  }
}
function settling(price: number, available = new Uint8Array(n).fill(1)): OpenOffer {
  return { annotator: { id: 'anna' } as OpenOffer['annotator'], question, price, available }
}
const certificate = (more: Partial<Certificate>): Certificate => ({
  lower: 0,
  confidence: 0.95,
  audited: 30,
  right: 30,
  population: 380,
  believed: 1,
  ...more,
})

test('an audit that would certify the target is drawn among the items that people have not labelled', () => {
  const questions = planAudit(standing(0.999, 100), [settling(1)], { money: Infinity, mustPass: true })!
  expect(questions.length).toBeGreaterThanOrEqual(30)
  expect(
    questions.every(({ item, purpose, annotator }) => item >= 100 && purpose === 'audit' && annotator === 'anna'),
  ).toBe(true)
  expect(new Set(questions.map(({ item }) => item)).size).toBe(questions.length)
})

test('no audit is drawn while it would fail, nor where it costs more than there is', () => {
  expect(planAudit(standing(0.8, 10), [settling(1)], { money: Infinity, mustPass: true })).toBeNull()
  expect(planAudit(standing(0.999, 100), [settling(1)], { money: 10, mustPass: true })).toBeNull()
  expect(planAudit(standing(0.999, 100), [], { money: Infinity, mustPass: true })).toBeNull()
  expect(planAudit(standing(0.999, n), [settling(1)], { money: Infinity, mustPass: true })).toBeNull()
})

test('the final audit draws what the money buys, and nothing where the money is overspent', () => {
  const final = (money: number) =>
    planAudit(standing(0.6, 100), [settling(10)], { money, mustPass: false })?.length ?? 0
  expect([final(0), final(-5), final(-35), final(9), final(10), final(405), final(Infinity)]).toEqual([
    0, 0, 0, 0, 1, 40, 300,
  ])
})

test('every unlabelled item is drawn equally often (chi-square of 99 degrees, 0.1 % point 149)', () => {
  const counts = Array.from({ length: 100 }, () => 0)
  const rounds = 400
  for (let round = 0; round < rounds; round++) {
    const drawn = planAudit({ ...standing(0.6, 300), round }, [settling(1)], { money: 20, mustPass: false })!
    for (const { item } of drawn) counts[item - 300]!++
  }
  const expected = (rounds * 20) / 100
  expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(149)
})

test('a posterior that was too sure of itself last time is not believed as much again', () => {
  const options = { money: Infinity, mustPass: true }
  const before = planAudit(standing(0.97, 100), [settling(1)], options)
  const humbled = [{ round: 1, certificate: certificate({ audited: 100, right: 80, believed: 0.97 }) }]
  expect(before).not.toBeNull()
  expect(planAudit(standing(0.97, 100, humbled), [settling(1)], options)).toBeNull()
})

test('the certificate counts the labels held before the audit that the auditor gave too, abstentions against them', () => {
  const ledger = [100, 101, 102, 103].map((item): LedgerEntry => {
    const answer =
      item === 103 ? ({ kind: 'abstain', reason: 'blurred' } as const) : ({ kind: 'label', label: 'c0' } as const)
    return { item, annotator: 'anna', question, attempt: 0, answer, cost: 1, seconds: null, round: 3, purpose: 'audit' }
  })
  const after = hearing(100)
  after.trusted.set([0, 0, 1], 100)
  const askable = Int32Array.from({ length: 300 }, (_, i) => 100 + i)
  const before = { hearing: hearing(100), belief: belief(0.75), askable }
  const { round, certificate: result } = judgeAudit(ledger, before, 3, { plan, attempt: 1, after })
  expect(round).toBe(3)
  expect(result).toMatchObject({ audited: 4, right: 2, population: 300, confidence: 0.95 })
  expect(result.believed).toBeCloseTo(0.75, 6)
  // 2 of 4 at a confidence of .975 for the first attempt: .0676 (R 4: binom.test(2, 4)), on 300 of the 400 items.
  expect(result.lower).toBeCloseTo(1 - (1 - 0.067586) * 0.75, 4)
})

test('items that nobody could be asked about count as wrong, and an audit of all the others leaves nothing to chance', () => {
  const askable = Int32Array.of(100, 101, 102, 103)
  const ledger = [...askable].map((item): LedgerEntry => {
    const answer = { kind: 'label', label: 'c0' } as const
    return { item, annotator: 'anna', question, attempt: 0, answer, cost: 1, seconds: null, round: 3, purpose: 'audit' }
  })
  const after = hearing(104)
  const { certificate: result } = judgeAudit(ledger, { hearing: hearing(100), belief: belief(0.75), askable }, 3, {
    plan,
    attempt: 1,
    after,
  })
  // 100 labels of people and 4 audited ones are right, 296 of the 400 were out of reach.
  expect(result.lower).toBeCloseTo(104 / 400, 9)
})
