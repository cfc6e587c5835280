import { expect, test } from 'vitest'
import type { Item } from '../../core/item.ts'
import { toMicros } from '../../core/money.ts'
import { makeTaxonomy } from '../../core/taxonomy.ts'
import { annotatorOf, type OraclePlayer } from './player.ts'

const names = Array.from({ length: 20 }, (_, y) => `class ${y}`)
const taxonomy = makeTaxonomy(names.map((name) => ({ name })))
const question = { kind: 'classify', level: 'class' } as const
const price = { kind: 'answer', amount: toMicros(1) } as const
const items = Array.from({ length: 4000 }, (_, i): Item => {
  return { id: `i${i}`, source: { kind: 'text', text: '' }, labels: { truth: names[i % 20]! } }
})
const never = new AbortController().signal

const anna: OraclePlayer = {
  kind: 'oracle',
  id: 'anna',
  price,
  verifies: false,
  trusted: true,
  taxonomy,
  column: 'truth',
  noise: { kind: 'class', meanRate: 0.2 },
}

async function mistakes(player: OraclePlayer, seed: number): Promise<boolean[]> {
  const annotator = annotatorOf(player, seed)
  return Promise.all(
    items.map(async (item) => {
      const { answer } = await annotator.ask(item, question, never)
      return answer.kind === 'label' && answer.label !== item.labels['truth']
    }),
  )
}

const shareOf = (wrong: readonly boolean[]): number => wrong.filter(Boolean).length / wrong.length

test('with noise by class some classes are hard and some easy, at the mean rate', async () => {
  const wrong = await mistakes(anna, 1)
  const rates = names.map((_, y) => shareOf(wrong.filter((_, i) => i % 20 === y))).sort((a, b) => a - b)
  // 4,000 draws: a standard deviation of 0.006. The rates are spaced from 0 to 0.4, each over 200 items.
  expect(Math.abs(shareOf(wrong) - 0.2)).toBeLessThan(0.02)
  expect(rates[0]).toBe(0)
  expect(rates.at(-1)).toBeGreaterThan(0.3)
})

test('two people with the same noise err on items of their own, and otherwise with each seed', async () => {
  const noise = 0.2
  const [wrong, others, later] = await Promise.all([
    mistakes({ ...anna, noise }, 1),
    mistakes({ ...anna, id: 'ben', noise }, 1),
    mistakes({ ...anna, noise }, 2),
  ])
  for (const other of [others, later]) {
    // Independent: both err on 0.2 · 0.2 of the items.
    expect(Math.abs(shareOf(wrong.map((is, i) => is && other[i]!)) - 0.04)).toBeLessThan(0.015)
  }
})

test('a recording repeats itself, and knows nothing else', async () => {
  const reply = { answer: { kind: 'label', label: 'class 3' }, cost: 20, seconds: 1 } as const
  const annotator = annotatorOf(
    {
      kind: 'recorded',
      id: 'model',
      price,
      verifies: false,
      questions: [question],
      said: [{ item: 'i0', question, reply }],
    },
    1,
  )
  expect(await annotator.ask(items[0]!, question, never)).toEqual(reply)
  expect([annotator.knows(items[0]!), annotator.knows(items[1]!)]).toEqual([true, false])
  expect(annotator.trusted).toBe(false)
})
