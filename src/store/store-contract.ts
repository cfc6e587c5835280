import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { describeRecountProperty } from './store-contract-recount.ts'
import type { NewAnswer, PlannedQuestion, QuestionKey, Store } from './store.ts'

/** Opens the store that lives at a folder; a second call opens the same store once more. */
export type OpenStore = (folder: string) => Promise<Store>

const species = { kind: 'classify', level: 'species' } as const
const isBee = { kind: 'verify', label: 'bee' } as const

/** The tests that every engine's `Store` passes (test code: only tests import it). */
export function storeContract(name: string, open: OpenStore): void {
  describe(`${name} as a store`, () => {
    describeDataset(open)
    describePlanning(open)
    describeClaims(open)
    describeLedger(open)
    describeRecountProperty((work) => inFolder(open, work))
  })
}

function describeDataset(open: OpenStore): void {
  test('the same dataset may be registered again and again', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(5000))
      await store.registerItems(items(5000))
      await expect(store.planRound(0, [asked(4999)], 100)).resolves.toBe(true)
    }))

  test('another dataset is refused, and the first difference is named', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(3))
      const text = { id: 'item-1', source: { kind: 'text', text: 'a bee' }, labels: {} } as const
      const refused = [
        [[items(3)[0]!, { ...items(3)[1]!, id: 'other' }], /place 1 it holds item-1 \(image\), .* has other \(image\)/],
        [[items(3)[0]!, text], /place 1 it holds item-1 \(image\), .* has item-1 \(text\)/],
        [items(2), /place 2 it holds item-2 \(image\), .* has no item/],
        [items(4), /place 3 it holds no item, .* has item-3 \(image\)/],
      ] as const
      for (const [list, message] of refused) {
        await expect(store.registerItems(list)).rejects.toMatchObject({
          code: 'dataset-changed',
          message: expect.stringMatching(message),
        })
      }
    }))

  test('a note is read as it was last written', () =>
    inFolder(open, async (store) => {
      expect(await store.readNote('channels')).toBeUndefined()
      await store.writeNote('channels', { anna: [0.9, 0.1], name: 'Öre 蜂' })
      await store.writeNote('seed', null)
      await store.writeNote('channels', [1])
      expect([await store.readNote('channels'), await store.readNote('seed')]).toEqual([[1], null])
      await expect(store.writeNote('channels', undefined)).rejects.toMatchObject({ code: 'bad-note' })
    }))
}

function describePlanning(open: OpenStore): void {
  test('rounds are planned once each, in order', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(3))
      await expect(store.planRound(1, [asked(0)], 100)).rejects.toMatchObject({ code: 'round-out-of-order' })
      expect(await store.planRound(0, [asked(0)], 100)).toBe(true)
      expect(await store.planRound(0, [asked(1)], 100)).toBe(false)
      expect(await store.planRound(1, [], 100)).toBe(true)
      expect(await store.plannedRounds()).toBe(2)
      expect(await store.openQuestions()).toEqual(new Map([['anna', 1]]))
    }))

  test('the budget is a cap over money spent and money reserved', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(9))
      await store.planRound(0, [asked(0, { reserved: 40 }), asked(1, { reserved: 20 })], 100)
      await store.record([answered(0, { cost: 35 })])
      // 35 spent + 20 reserved leave 45.
      const tooMuch = [asked(2, { reserved: 40, annotator: 'new' }), asked(3, { reserved: 6 })]
      await expect(store.planRound(1, tooMuch, 100)).rejects.toMatchObject({ code: 'over-budget' })
      expect(await store.plannedRounds()).toBe(1)
      expect(await store.planRound(1, [asked(2, { reserved: 45, annotator: 'new' })], 100)).toBe(true)
      expect(await store.spend()).toEqual([
        { annotator: 'anna', round: 0, answers: 1, spent: 35, reserved: 20 },
        { annotator: 'new', round: 1, answers: 0, spent: 0, reserved: 45 },
      ])
    }))

  test('nothing is asked twice, whether open, answered or twice in one plan; a further attempt may be', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(9))
      await store.planRound(0, [asked(0), asked(1)], 100)
      await store.record([answered(0)])
      for (const again of [[asked(0)], [asked(1)], [asked(2), asked(2)]]) {
        await expect(store.planRound(1, [asked(3), ...again], 100)).rejects.toMatchObject({ code: 'already-asked' })
      }
      const others = [asked(0, { attempt: 1 }), asked(0, { question: isBee }), asked(0, { annotator: 'ben' })]
      expect(await store.planRound(1, others, 100)).toBe(true)
      expect(await store.openQuestions()).toEqual(
        new Map([
          ['anna', 3],
          ['ben', 1],
        ]),
      )
    }))

  test('a plan about no item, or with money that is none, is refused whole', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(2))
      await expect(store.planRound(0, [asked(0), asked(2)], 100)).rejects.toMatchObject({ code: 'unknown-item' })
      for (const reserved of [-1, 0.5, Number.NaN]) {
        await expect(store.planRound(0, [asked(0, { reserved })], 100)).rejects.toMatchObject({ code: 'bad-money' })
      }
      expect([await store.plannedRounds(), await store.spend()]).toEqual([0, []])
    }))
}

function describeClaims(open: OpenStore): void {
  test('an annotator gets the own questions only, the oldest round first, then in the order of the plan', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(9))
      await store.planRound(0, [asked(5, { purpose: 'seed' }), asked(8, { annotator: 'ben' }), asked(3)], 100)
      await store.planRound(1, [asked(7, { purpose: 'audit', question: isBee }), asked(1)], 100)
      const claim = async (limit: number): Promise<number[]> =>
        (await store.claim('anna', { limit, now: 0, leaseMs: 10 })).map(({ item }) => item)
      expect([await claim(0), await claim(3), await claim(3), await claim(3)]).toEqual([[], [5, 3, 7], [1], []])
      expect(await store.claim('nobody', { limit: 3, now: 0, leaseMs: 10 })).toEqual([])
      expect(await store.claim('ben', { limit: 3, now: 0, leaseMs: 10 })).toEqual([
        { ...asked(8, { annotator: 'ben' }), round: 0 },
      ])
    }))

  test('a leased question comes back when its lease ends or it is released, in its old place', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(9))
      await store.planRound(0, [asked(0), asked(1), asked(2), asked(3)], 100)
      const claim = async (limit: number, now: number): Promise<number[]> =>
        (await store.claim('anna', { limit, now, leaseMs: 10 })).map(({ item }) => item)
      expect(await claim(2, 100)).toEqual([0, 1])
      await store.release([asked(1), asked(8)])
      expect(await claim(2, 105)).toEqual([1, 2])
      expect(await claim(9, 109.5)).toEqual([3])
      expect(await claim(9, 110)).toEqual([0])
      expect(await claim(9, 115)).toEqual([1, 2])
    }))

  test('two that hold the store open never get the same question', () =>
    inFolder(open, async (one, folder) => {
      await one.registerItems(items(100))
      await one.planRound(
        0,
        items(100).map((_, item) => asked(item)),
        1000,
      )
      const two = await open(folder)
      const claims = Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? one : two).claim('anna', { limit: 7, now: 0, leaseMs: 10 }),
      )
      const claimed = (await Promise.all(claims)).flat().map(({ item }) => item)
      await two.close()
      expect(claimed.toSorted((a, b) => a - b)).toEqual(items(100).map((_, item) => item))
    }))
}

function describeLedger(open: OpenStore): void {
  test('an answer closes its question and turns what was reserved into what it cost', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(9))
      await store.planRound(
        0,
        [asked(2), asked(1, { purpose: 'audit' }), asked(1, { annotator: 'a-bot', question: isBee })],
        100,
      )
      const given = [
        answered(1, { cost: 4, seconds: null }),
        answered(1, {
          annotator: 'a-bot',
          question: isBee,
          answer: { kind: 'verdict', approved: false },
          cost: 25,
          how: { prompt: 'c0ffee', rule: 'json/exact', calls: 1, inputTokens: 300, outputTokens: 5 },
        }),
      ]
      expect(await store.record(given)).toBe(2)
      expect(await store.answers()).toEqual([
        { ...given[1], round: 0, purpose: 'learn' },
        { ...given[0], round: 0, purpose: 'audit' },
      ])
      expect(await store.spend()).toEqual([
        { annotator: 'a-bot', round: 0, answers: 1, spent: 25, reserved: 0 },
        { annotator: 'anna', round: 0, answers: 1, spent: 4, reserved: 10 },
      ])
      expect(await store.openQuestions()).toEqual(new Map([['anna', 1]]))
    }))

  test('answering twice is harmless: the first answer stands and nothing is paid again', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(9))
      await store.planRound(0, [asked(0), asked(1)], 100)
      expect(await store.record([answered(0), answered(0, { cost: 9 })])).toBe(1)
      const [ledger, spend] = [await store.answers(), await store.spend()]
      expect(await store.record([answered(0, { cost: 9, answer: { kind: 'outside', said: 'wasp' } })])).toBe(0)
      expect([await store.answers(), await store.spend()]).toEqual([ledger, spend])
    }))

  test('an answer to a question never planned is refused with its whole call, but not with its neighbours', () =>
    inFolder(open, async (store) => {
      await store.registerItems(items(9))
      await store.planRound(0, [asked(0), asked(1), asked(2)], 100)
      const strangers = [
        answered(8),
        answered(1, { attempt: 1 }),
        answered(1, { annotator: 'x' }),
        answered(1, { question: isBee }),
      ]
      const refused = strangers.map((stranger) => store.record([answered(1), stranger]))
      const outcomes = await Promise.allSettled([store.record([answered(0)]), ...refused, store.record([answered(2)])])
      expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.code))).toEqual([
        1,
        ...strangers.map(() => 'unknown-question'),
        1,
      ])
      expect((await store.answers()).map(({ item }) => item)).toEqual([0, 2])
      expect(await store.spend()).toEqual([{ annotator: 'anna', round: 0, answers: 2, spent: 16, reserved: 10 }])
      await expect(store.record([answered(1, { cost: 0.1 })])).rejects.toMatchObject({ code: 'bad-money' })
    }))

  test('a store that is opened again goes on where it was, and a closed one says that it is closed', () =>
    inFolder(open, async (store, folder) => {
      await store.registerItems(items(9))
      await store.planRound(0, [asked(0), asked(1)], 100)
      await store.record([answered(0)])
      const before = [await store.answers(), await store.spend(), await store.plannedRounds()]
      await store.close()
      await store.close()
      await expect(store.record([answered(1)])).rejects.toMatchObject({ code: 'store-closed' })
      const again = await open(folder)
      expect([await again.answers(), await again.spend(), await again.plannedRounds()]).toEqual(before)
      expect((await again.claim('anna', { limit: 9, now: 0, leaseMs: 1 })).map(({ item }) => item)).toEqual([1])
      await again.close()
    }))
}

async function inFolder(open: OpenStore, work: (store: Store, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'labelwright-store-'))
  const store = await open(folder)
  try {
    await work(store, folder)
  } finally {
    await store.close()
    await rm(folder, { recursive: true })
  }
}

function items(n: number): Item[] {
  return Array.from({ length: n }, (_, i) => ({
    id: `item-${i}`,
    source: { kind: 'image', path: `${i}.jpg` },
    labels: {},
  }))
}

function key(item: number): QuestionKey {
  return { item, annotator: 'anna', question: species, attempt: 0 }
}

function asked(item: number, rest: Partial<PlannedQuestion> = {}): PlannedQuestion {
  return { ...key(item), reserved: 10, purpose: 'learn', ...rest }
}

function answered(item: number, rest: Partial<NewAnswer> = {}): NewAnswer {
  return { ...key(item), answer: { kind: 'label', label: 'bee' }, cost: 8, seconds: 1.5, ...rest }
}
