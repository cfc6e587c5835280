import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderReport } from './render-report.ts'
import type { ReportChannel, ReportData } from './report-data.ts'

const picture = 'data:image/png;base64,iVBORw0KGgo='

const meadow: ReportData = {
  title: 'Meadow',
  currency: 'units',
  noun: 'pictures',
  summary: {
    items: 2000,
    quarantined: 1,
    byPeople: 172,
    rounds: 2,
    spent: 212,
    budget: 250,
    expectedAccuracy: 0.953,
    trueAccuracy: 0.948,
    stopReason: 'the target is certified',
    strategy: 'information',
    peopleAloneCost: 2000,
  },
  curve: [
    { round: 0, spent: 40, expectedAccuracy: 0.61, trueAccuracy: 0.597 },
    { round: 1, spent: 212, expectedAccuracy: 0.953, trueAccuracy: 0.948 },
  ],
  references: [
    { name: 'people alone (margin)', points: [{ spent: 0, accuracy: 0 }, { spent: 2000, accuracy: 1 }] }, // prettier-ignore
  ],
  spend: [
    // 120 labels at 1 and 208 verdicts at a quarter.
    { annotator: 'anna', amount: 172, answers: 328, verdicts: { answers: 208, amount: 52 }, byRound: [40, 132] },
    { annotator: 'qwen', amount: 40, answers: 2000, unusable: 12, byRound: [0, 40] },
  ],
  channels: [
    {
      annotator: 'qwen',
      level: 'group',
      truth: ['moth', 'butterfly'],
      said: ['moth', 'butterfly', 'outside', 'abstained'],
      probabilities: [
        [0.7, 0.23, 0.03, 0.04],
        [0.1, 0.9, 0, 0],
      ],
      weight: 0.86,
      overlap: 240,
      agreement: 0.914,
    },
  ],
  uncertain: [
    {
      id: 'meadow/7.png',
      picture,
      text: null,
      guesses: [{ label: 'moth', probability: 0.41 }],
      answers: [{ annotator: 'qwen', said: 'butterfly' }],
    },
  ],
  certificate: {
    statement: 'At least 92.6 % are right.',
    lower: 0.9263,
    confidence: 0.95,
    audited: 300,
    right: 285,
    population: 1828,
    target: 0.92,
    met: true,
  },
  classes: [
    { label: 'moth', count: 1500, byPeople: 100 },
    { label: 'butterfly', count: 500, byPeople: 72 },
  ],
  quarantined: [{ where: 'meadow/9.png', why: '0 bytes.' }],
}

/** What a reader sees, in one line. */
function words(page: string): string {
  const body = page.slice(page.indexOf('<body>')).replace(/<[^>]*>/g, ' ')
  return body.replace(/[\s\u00a0]+/g, ' ').replace(/ ([.,;:])/g, '$1')
}

function sections(page: string): string[] {
  return Array.from(page.matchAll(/<section id="(\w+)"/g), (match) => match[1]!)
}

test('the page says what was achieved, in the numbers of the campaign', () => {
  const text = words(renderReport(meadow))
  for (const sentence of [
    '2,000 pictures labelled, 95.3 % expected right and 94.8 % truly right, for 212 units instead of 2,000.',
    'people alone: 2,000 units; 89 % saved; budget: 250 units',
    '9 % of all; the other 1,828 pictures took their label from models',
    '✓ target met',
    '285 were right (95.0 %). With 95 % confidence at least 92.6 % of all 2,000 labels are; the target is 92.0 %.',
    // 212 of 2,000 along a straight line from 0 to 1, and 94.8 % of it.
    'people alone (margin): 10.6 % for the same 212 units; 1,896 units for the same 94.8 %.',
    '120 answers at 1 unit each and 208 yes/no answers at 0.25 units each',
    '2,000 answers at 0.02 units each, 12 without a class',
    'Right on 91.4 % of 240 trusted items drawn at random. Earned weight 0.86',
    'moth taken for butterfly 23 %',
    'moth left without an answer 4 %',
    '1 of 2 classes hold half of the pictures.',
  ]) {
    expect(text).toContain(sentence)
  }
  expect(renderReport(meadow)).toContain(`<img src="${picture}" alt="meadow/7.png"`)
})

test('every part of the campaign has its section', () => {
  expect(sections(renderReport(meadow))).toEqual([
    'certificate',
    'accuracy',
    'spend',
    'channels',
    'uncertain',
    'classes',
    'quarantine',
    'reading',
  ])
})

test('a campaign that has not begun has a page without empty sections', () => {
  const nothing = { curve: [], references: [], spend: [], channels: [], uncertain: [], classes: [], quarantined: [] }
  const summary = { ...meadow.summary, items: 0, quarantined: 0, byPeople: 0, spent: 0, peopleAloneCost: null }
  const page = renderReport({ ...meadow, ...nothing, summary, certificate: null })
  expect(sections(page)).toEqual(['certificate', 'reading'])
  expect(words(page)).toContain('No pictures labelled yet.')
})

test('without an audit the page says that nothing is proven', () => {
  const text = words(renderReport({ ...meadow, certificate: null }))
  expect(text).toContain('No certificate Nobody has checked a random sample, so 95.3 % is what the campaign expects')
  expect(text).not.toContain('target met')
})

test('where the truth is unknown nothing is said about it', () => {
  const page = renderReport({
    ...meadow,
    summary: { ...meadow.summary, trueAccuracy: null },
    curve: meadow.curve.map((point) => ({ ...point, trueAccuracy: null })),
    references: [],
  })
  const text = words(page.slice(0, page.indexOf('id="reading"')))
  expect(text).not.toContain('ruly right')
  expect(page).not.toContain('class="line truth"')
  expect(page).not.toContain('class="line reference"')
})

test('an item without a picture shows its text, and nothing but a picture is put in its place', () => {
  const item = { ...meadow.uncertain[0]!, text: 'grey wings' }
  const show = (url: string | null): string => renderReport({ ...meadow, uncertain: [{ ...item, picture: url }] })
  for (const url of [null, 'https://example.org/a.png', 'javascript:alert(1)', 'data:text/html,hello']) {
    expect(show(url)).toContain('<blockquote>grey wings</blockquote>')
    expect(show(url)).not.toContain('<img')
  }
})

const attacks = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '" onmouseover="alert(1)',
  "' onfocus='alert(1)",
  '</title></svg><iframe src=//example.org>',
  '<!--',
]

test('hostile names, texts, replies and pictures stay text', () => {
  const tagsOf = (page: string): string[] => page.match(/<[^>]*>/g)!.map((tag) => tag.replace(/"[^"]*"/g, '""'))
  const poison = (data: unknown, evil: string): unknown => {
    if (typeof data === 'string') return data + evil
    if (Array.isArray(data)) return data.map((entry) => poison(entry, evil))
    if (data === null || typeof data !== 'object') return data
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, poison(value, evil)]))
  }
  const harmless = tagsOf(renderReport(poison(meadow, 'x') as ReportData))
  for (const evil of attacks) {
    const page = renderReport(poison(meadow, evil) as ReportData)
    expect(new Set(tagsOf(page))).toEqual(new Set(harmless))
    expect(page).not.toContain(evil)
  }
})

test('the page loads nothing, runs nothing and forbids both', () => {
  const page = renderReport(meadow)
  expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline';`)
  expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(|https?:|\son\w+=/i)
  for (const [, url] of page.matchAll(/\s(?:src|href)="([^"]*)"/g)) expect(url).toMatch(/^(#|data:image\/)/)
})

function channelOf(classes: number, probability: (i: number, j: number) => number): ReportChannel {
  const truth = Array.from({ length: classes }, (_, i) => `a rather long class name ${i}`)
  const said = [...truth, 'outside']
  const probabilities = truth.map((_, i) => said.map((_, j) => probability(i, j)))
  return { annotator: 'gpt', level: 'class', truth, said, probabilities, weight: 0, overlap: 0, agreement: 0 }
}

test('large channels keep the page small', () => {
  const base = renderReport({ ...meadow, channels: [] }).length
  const sizeWith = (channel: ReportChannel): number => renderReport({ ...meadow, channels: [channel] }).length - base
  const likely = channelOf(101, (i, j) => (i === j ? 0.7 : (i * j) % 10 === 1 ? 0.03 : 0.001))
  const worst = channelOf(101, (i, j) => ((i * 31 + j * 17) % 7) / 7)
  const huge = channelOf(1000, (i, j) => (i === j ? 0.5 : 0.0005))
  expect(sizeWith(likely)).toBeLessThan(120_000)
  expect(sizeWith(worst)).toBeLessThan(300_000)
  expect(sizeWith(huge)).toBeLessThan(120_000)
})

test('long lists are cut, and the page says by how much', () => {
  const many = <T>(entry: T, n: number): T[] => Array.from({ length: n }, () => entry)
  const page = renderReport({
    ...meadow,
    curve: Array.from({ length: 5000 }, (_, round) => ({
      round,
      spent: round,
      expectedAccuracy: 0.9,
      trueAccuracy: 0.9,
    })),
    spend: many({ ...meadow.spend[0]!, byRound: many(1, 5000) }, 500),
    channels: many(meadow.channels[0]!, 15),
    uncertain: many({ ...meadow.uncertain[0]!, answers: many({ annotator: 'qwen', said: 'moth' }, 9) }, 60),
    classes: many({ label: 'moth', count: 3, byPeople: 1 }, 5000),
    quarantined: many(meadow.quarantined[0]!, 5000),
  })
  const text = words(page)
  expect(page.length).toBeLessThan(600_000)
  expect(text).toContain('3 more channels are not shown.')
  expect(text).toContain('12 more are not shown.')
  expect(text).toContain('and 5 more')
  expect(text).toContain('493 others')
  expect(text).toContain('4,970 classes between, 3 to 3 each')
  expect(text).toContain('4,950 more are not shown.')
})

const number = fc.oneof(fc.double(), fc.double({ min: 0, max: 1 }), fc.nat(5), fc.constantFrom(NaN, Infinity, -1))
const maybe = fc.option(number)
const name = fc.stringMatching(/^[a-d<&" ]{0,6}$/)
const list = <T>(entry: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(entry, { maxLength: 4 })
const anyReport: fc.Arbitrary<ReportData> = fc.record({
  title: name,
  currency: name,
  noun: name,
  summary: fc.record({
    items: number,
    quarantined: number,
    byPeople: number,
    rounds: number,
    spent: number,
    budget: maybe,
    expectedAccuracy: number,
    trueAccuracy: maybe,
    stopReason: name,
    strategy: name,
    peopleAloneCost: maybe,
  }),
  curve: list(fc.record({ round: number, spent: number, expectedAccuracy: number, trueAccuracy: maybe })),
  references: list(fc.record({ name, points: list(fc.record({ spent: number, accuracy: number })) })),
  spend: list(fc.record({ annotator: name, amount: number, answers: number, byRound: list(number) })),
  channels: list(
    fc.record({
      annotator: name,
      level: name,
      truth: list(name),
      said: list(fc.oneof(name, fc.constantFrom('outside', 'abstained'))),
      probabilities: list(list(number)),
      weight: number,
      overlap: number,
      agreement: number,
    }),
  ),
  uncertain: list(
    fc.record({
      id: name,
      picture: fc.option(name),
      text: fc.option(name),
      guesses: list(fc.record({ label: name, probability: number })),
      answers: list(fc.record({ annotator: name, said: name })),
    }),
  ),
  certificate: fc.option(
    fc.record({
      statement: name,
      lower: number,
      confidence: number,
      audited: number,
      right: number,
      population: number,
      target: maybe,
      met: fc.option(fc.boolean()),
    }),
  ),
  classes: list(fc.record({ label: name, count: number, byPeople: number })),
  quarantined: list(fc.record({ where: name, why: name })),
})

test('whatever the numbers, the page never shows what is none', () => {
  fc.assert(
    fc.property(anyReport, (data) => {
      expect(renderReport(data).match(/.*(NaN|Infinity|∞|undefined|\[object).*/)).toBeNull()
    }),
    { seed: 1, numRuns: 200 },
  )
})
