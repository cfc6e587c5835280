import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlannedQuestion, SpendRow, Store } from './store.ts'

const cap = 100
const leaseMs = 3
const annotators = ['anna', 'ben']
const itemCount = 5

type Step =
  | { readonly kind: 'plan'; readonly questions: readonly PlannedQuestion[] }
  | { readonly kind: 'claim'; readonly annotator: string; readonly limit: number }
  | { readonly kind: 'record'; readonly pick: number; readonly costShare: number }
  | { readonly kind: 'release'; readonly pick: number }

const question: fc.Arbitrary<PlannedQuestion> = fc.record({
  item: fc.nat(itemCount - 1),
  annotator: fc.constantFrom(...annotators),
  question: fc.constant({ kind: 'classify', level: 'species' }),
  attempt: fc.nat(1),
  reserved: fc.nat(30),
  purpose: fc.constantFrom('seed', 'learn', 'audit'),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('plan'), questions: fc.array(question, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant('claim'), annotator: fc.constantFrom(...annotators), limit: fc.nat(3) }),
  fc.record({ kind: fc.constant('record'), pick: fc.nat(), costShare: fc.constantFrom(0, 0.5, 1) }),
  fc.record({ kind: fc.constant('release'), pick: fc.nat() }),
)

/** A question as a naive store would remember it. */
interface Remembered {
  readonly planned: PlannedQuestion
  readonly round: number
  /** What its answer cost; undefined while it is open. */
  cost?: number
}

/** Whatever happens in whatever order, the counters equal a recount and the cap holds. */
export function describeRecountProperty(withStore: (work: (store: Store) => Promise<void>) => Promise<void>): void {
  test(
    'the counters of money always equal a recount, and the cap holds while answers cost what was reserved',
    { timeout: 30_000 },
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) => withStore((store) => replay(store, steps))),
        { numRuns: 20, seed: 1 },
      ),
  )
}

async function replay(store: Store, steps: readonly Step[]): Promise<void> {
  const items = Array.from({ length: itemCount }, (_, i) => `text-${i}`)
  await store.registerItems(items.map((id) => ({ id, source: { kind: 'text', text: id }, labels: {} })))
  const model = new Map<string, Remembered>()
  for (const [now, each] of steps.entries()) {
    await take(each, { store, model, now })
    const spend = await store.spend()
    expect(spend.filter(({ answers, reserved }) => answers > 0 || reserved > 0)).toEqual(recount(model))
    expect(spend.reduce((sum, row) => sum + row.spent + row.reserved, 0)).toBeLessThanOrEqual(cap)
  }
  const open = [...model.values()].filter(({ cost }) => cost === undefined)
  const left = await store.openQuestions()
  for (const id of annotators) {
    expect(left.get(id) ?? 0).toBe(open.filter(({ planned }) => planned.annotator === id).length)
  }
  expect(await store.answers()).toHaveLength(model.size - open.length)
}

interface Stage {
  readonly store: Store
  readonly model: Map<string, Remembered>
  readonly now: number
}

async function take(step: Step, { store, model, now }: Stage): Promise<void> {
  const known = [...model.values()]
  switch (step.kind) {
    case 'plan': {
      const round = await store.plannedRounds()
      const added = new Map(step.questions.map((planned) => [keyOf(planned), { planned, round }]))
      const total =
        sum(known.map(({ planned, cost }) => cost ?? planned.reserved)) + sum(step.questions.map((q) => q.reserved))
      const fits =
        total <= cap && added.size === step.questions.length && [...added.keys()].every((key) => !model.has(key))
      const planned = await store.planRound(round, step.questions, cap).catch(() => false)
      expect(planned).toBe(fits)
      if (planned) added.forEach((remembered, key) => model.set(key, remembered))
      return
    }
    case 'claim': {
      const claimed = await store.claim(step.annotator, { limit: step.limit, now, leaseMs })
      expect(claimed.every((each) => model.get(keyOf(each))?.cost === undefined)).toBe(true)
      return
    }
    case 'record': {
      const chosen = known[step.pick % known.length]
      if (!chosen) return
      const cost = Math.floor(chosen.planned.reserved * step.costShare)
      const added = await store.record([
        { ...chosen.planned, answer: { kind: 'label', label: 'bee' }, cost, seconds: null },
      ])
      expect(added).toBe(chosen.cost === undefined ? 1 : 0)
      chosen.cost ??= cost
      return
    }
    case 'release':
      await store.release(known.slice(step.pick % (known.length + 1)).map(({ planned }) => planned))
  }
}

function recount(model: ReadonlyMap<string, Remembered>): SpendRow[] {
  const rows = new Map<string, SpendRow>()
  for (const { planned, round, cost } of model.values()) {
    const { annotator, reserved } = planned
    const row = rows.get(`${annotator} ${round}`) ?? { annotator, round, answers: 0, spent: 0, reserved: 0 }
    rows.set(`${annotator} ${round}`, {
      ...row,
      answers: row.answers + (cost === undefined ? 0 : 1),
      spent: row.spent + (cost ?? 0),
      reserved: row.reserved + (cost === undefined ? reserved : 0),
    })
  }
  return [...rows.values()]
    .filter(({ answers, reserved }) => answers > 0 || reserved > 0)
    .toSorted((a, b) => a.annotator.localeCompare(b.annotator) || a.round - b.round)
}

function keyOf({ item, annotator, attempt }: PlannedQuestion): string {
  return `${item} ${annotator} ${attempt}`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
