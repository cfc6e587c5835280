import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import type { Price } from '../core/price.ts'
import { makeTaxonomy } from '../core/taxonomy.ts'
import type { ProjectEstimate, QuestionEstimate } from '../project/estimate.ts'
import type { Project } from '../project/project.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { matrix } from '../tensor/matrix.ts'
import { estimateLines } from './dry-run-tables.ts'
import { dryRun } from './dry-run.ts'

const question = { kind: 'classify', level: 'class' } as const
const flat = (n: number) => ({ low: n, expected: n, high: n })
let folder: string
let store: Store

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dry-run-'))
  store = await openSqliteStore(join(folder, 'ledger.sqlite'))
})
afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

test('the tables say what a model costs, where its price is from, and what a larger picture would do', () => {
  const estimate: ProjectEstimate = {
    spent: 0,
    rows: [
      {
        annotator: 'gpt',
        question,
        price: {
          kind: 'tokens',
          inputPerMillion: 2_500_000,
          cachedInputPerMillion: 1_250_000,
          outputPerMillion: 10_000_000,
          tokensPerQuestion: { input: 0, output: 0 },
        },
        source: { kind: 'table', table: 'built-in', model: 'gpt-4o', asOf: '2025-06-03' },
        usage: {
          low: { input: 306, output: 3 },
          expected: { input: 373, output: 5 },
          high: { input: 477, output: 100 },
        },
        cost: { low: 795, expected: 983, high: 2193 },
        items: 1000,
        costOfAll: { low: 795_000, expected: 983_000, high: 2_193_000 },
        affordable: { low: 455, expected: 1017, high: 1257 },
        paid: { answers: 7, cost: 850, tokens: { input: 300.4, output: 10 } },
      },
    ],
    firstRound: { asks: [{ annotator: 'gpt', question, questions: 30, cost: flat(29_490) }], stops: null },
    pictures: [
      {
        annotator: 'gpt',
        options: { longestSide: 512, quality: 85, format: 'jpeg' },
        measured: 32,
        rows: [
          { longestSide: 512, isConfigured: true, tokens: flat(255), bytes: 42_100, cost: flat(983_000) },
          { longestSide: null, isConfigured: false, tokens: flat(765), bytes: 421_000, cost: flat(2_258_000) },
        ],
      },
    ],
  }
  expect(
    estimateLines(estimate, { currency: 'USD', items: 1000, width: Infinity }).map((line) =>
      line.replace(/ {2,}/g, '  '),
    ),
  ).toEqual([
    'annotator  question  tokens in  tokens out  USD per 1,000  USD for all  budget buys',
    'gpt  classify:class  373 (306–477)  5 (3–100)  0.98 (0.80–2.19)  0.98 (0.80–2.19)  1,017 (455–1,257)',
    '',
    'Prices:',
    '  gpt  USD 2.50 in, 1.25 cached, 10.00 out per million tokens  (price from built-in list, "gpt-4o", price of 2025-06-03, check it)',
    '',
    'The first round asks 30 questions for 0.029 USD:',
    '  annotator  question  questions  USD',
    '  gpt  classify:class  30  0.029',
    '',
    'Paid so far, on average:',
    '  annotator  question  answers  USD a question  tokens in  tokens out',
    '  gpt  classify:class  7  0.00085  300  10',
    '',
    'Picture sizes for gpt, as JPEG of quality 85, measured on 32 pictures of the dataset:',
    '  longest side  tokens a picture  KB  USD for 1,000 questions',
    '  512 px  ← as configured  255  43  0.98',
    '  original  765  421  2.26',
  ])
})

test('a person who is also asked whether a label is right has a row and a price for that', () => {
  const row = (kind: 'classify' | 'verify', price: Price, micros: number): QuestionEstimate => ({
    annotator: price.kind === 'hourly' ? 'anna' : 'ben',
    question: kind === 'classify' ? question : { kind, label: '' },
    price,
    source: { kind: 'config' },
    usage: null,
    cost: flat(micros),
    items: 10,
    costOfAll: flat(10 * micros),
    affordable: null,
    paid: kind === 'classify' ? null : { answers: 412, cost: micros, tokens: null },
  })
  const secondsPerQuestion = { classify: 8, verify: 2, select: 10 }
  const hourly = { kind: 'hourly', wage: 36_000_000, secondsPerQuestion } as const
  const fixed = { kind: 'answer', amount: 1_000_000, verify: 250_000 } as const
  const rows = [row('classify', hourly, 80_000), row('verify', hourly, 20_000), row('verify', fixed, 250_000)]
  const frame = { currency: 'EUR', items: 10, width: Infinity }
  expect(
    estimateLines({ spent: 0, rows, firstRound: null, pictures: [] }, frame).map((line) =>
      line.replace(/ {2,}/g, '  '),
    ),
  ).toEqual([
    'annotator  question  tokens in  tokens out  EUR per 1,000  EUR for all',
    'anna  classify:class  –  –  80.00  0.80',
    'anna  verify  –  –  20.00  0.20',
    'ben  verify  –  –  250.00  2.50',
    '',
    'Prices:',
    '  anna  36.00 EUR an hour, 8 s a question, 2 s a yes or no  (wage from labelwright.yaml)',
    '  ben  0.25 EUR a yes or no  (price from labelwright.yaml)',
    '',
    'Paid so far, on average:',
    '  annotator  question  answers  EUR a question',
    '  anna  verify  412  0.02',
    '  ben  verify  412  0.25',
  ])
})

test('a dry run asks nobody, and says for machines what it says for people', async () => {
  const items: Item[] = [1, 2, 3].map((i) => ({ id: `${i}`, source: { kind: 'text', text: 'It hums.' }, labels: {} }))
  const price = { kind: 'answer', amount: 500_000 } as const
  const person = { kind: 'queued', id: 'anna', price, questions: [question], trusted: true }
  const plan = {
    strategy: 'information',
    budget: 1e6,
    target: null,
    start: 3,
    auditItems: 0,
    rounds: Infinity,
    seed: 1,
  }
  const pool = { features: matrix(3, 2), folds: new Int32Array(3), k: 2 }
  const taxonomy = makeTaxonomy([{ name: 'bee' }, { name: 'moth' }])
  const judge = { kind: 'immediate', id: 'judge', price, questions: [], trusted: false }
  const campaign = { store, items, taxonomy, pool, annotators: [person, judge], plan }
  const config = { currency: 'EUR', budget: 1e6, target: { accuracy: 0.95, confidence: 0.95 }, rounds: 4, seed: 1 }
  const lines: string[] = []
  const printed: unknown[] = []
  await dryRun({ campaign, config, models: new Map() } as unknown as Project, {
    say: (line) => void lines.push(line),
    result: (value) => void printed.push(JSON.parse(JSON.stringify(value))),
    width: Infinity,
    progress: () => ({ to: () => {}, end: () => {} }),
  })
  expect(lines[0]).toContain(
    'The campaign ends when 1.00 EUR are spent or 95.0 % right labels are certified or 4 rounds are played.',
  )
  expect(lines[1]).toMatch(/^judge takes no part: it only judges labels/)
  expect(printed).toEqual([
    expect.objectContaining({
      items: 3,
      currency: 'EUR',
      budget: 1,
      spent: 0,
      questions: [expect.objectContaining({ annotator: 'anna', cost: flat(0.5), costOfAll: flat(1.5), usage: null })],
      firstRound: { stops: null, asks: [expect.objectContaining({ annotator: 'anna', questions: 2, cost: flat(1) })] },
      pictures: [],
    }),
  ])
  expect((await store.openQuestions()).size).toBe(0)
})
