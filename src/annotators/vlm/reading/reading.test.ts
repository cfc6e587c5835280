import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Exchange } from '../exchange.ts'
import { readCodes } from './read-codes.ts'
import { readLabel } from './read-label.ts'
import { readLabels } from './read-labels.ts'
import { readVerdict } from './read-verdict.ts'
import { said, token } from './said.ts'
import { makeVocabulary } from './vocabulary.ts'

const insects = makeVocabulary([
  { name: 'honey bee', aliases: ['Apis mellifera'] },
  { name: 'bee', classes: [{ name: 'bumblebee' }] },
  { name: 'hawk moth' },
  { name: 'C' },
])

const bee = { kind: 'label', label: 'bee' }
const honeyBee = { kind: 'label', label: 'honey bee' }
const moth = { kind: 'label', label: 'hawk moth' }
const abstains = (reason: string) => ({ kind: 'abstain', reason })
const looped = 'The bee is a bee. '.repeat(40)

test.each([
  ['{"label": "bee"}', bee, 'json/exact'],
  [' {"label": "Honey_Bee"}\n', honeyBee, 'json/folded'],
  ['{"label": "apis mellifera"}', honeyBee, 'json/alias'],
  ['{"label": "Bumblebee"}', bee, 'json/finer'],
  ['{"label": "hawk mooth"}', moth, 'json/nearest'],
  ['{"label": "the hawk moth there"}', moth, 'json/nearest'],
  ['"bee"', bee, 'json/exact'],
  ['["bee"]', bee, 'json/exact'],
  ['{"Class": "bee"}', bee, 'json/exact'],
  ['{"labels": ["bumblebee", "bee"]}', bee, 'json/finer'],
  ['```json\n{"label": "bee"}\n```', bee, 'fenced/exact'],
  ['Sure! Here you are: {"label": "bee",}', bee, 'fenced/exact'],
  ["{'label': 'bee'}", bee, 'fenced/exact'],
  ["{'label': \"bee\", 'why': \"it's yellow\"}", bee, 'fenced/exact'],
  ['{"label": "bee", "reason": "it is yel', bee, 'fenced/exact'],
  ['{"label": "bee"}{"label": "bee"}{"label": "bee"}', bee, 'fenced/exact'],
  ['<think>a "label": "hawk moth"? no</think>{"label": "bee"}', bee, 'json/exact'],
  ['a hawk moth? no</think>bee', bee, 'line/exact'],
  ['Honey Bee.', honeyBee, 'line/folded'],
  ['**Label:** honey-bee', honeyBee, 'line/folded'],
  ['Label: bee\nIt looks like a hawk moth.', bee, 'line/exact'],
  ['It has yellow stripes and wings.\n\nFinal answer: bee', bee, 'line/exact'],
  ['```\nbee\n```', bee, 'line/folded'],
  ['C', { kind: 'label', label: 'C' }, 'line/exact'],
  ['honney bee', honeyBee, 'line/nearest'],
  ['I believe [1] that this is a honey bee on a flower.', honeyBee, 'prose/folded'],
])('%j is an answer', (text, answer, rule) => {
  expect(readLabel(said(text), insects)).toEqual({ answer, rule })
})

test.each([
  ['{"label": "none of these"}', 'none of these'],
  ['None of the above', 'none of these'],
  ['None of these classes fits.', 'none of these'],
  ['', 'empty reply'],
  ['{"label": ""}', 'empty reply'],
  ['{"label": null}', 'empty reply'],
  ['{"label": []}', 'empty reply'],
  ['<think>is it a bee', 'empty reply'],
  ["I'm sorry, but I can't help with identifying the bee.", 'refused'],
  ['{"label": "I cannot determine which bee"}', 'refused'],
  ['{"label": "bee', 'broken JSON'],
  ['```json\n{"label": "hawk', 'broken JSON'],
  [looped, 'repeats itself'],
  [`{"label": "${looped}"}`, 'repeats itself'],
])('%j is no answer', (text, reason) => {
  expect(readLabel(said(text), insects).answer).toEqual(abstains(reason))
})

test.each([
  ['{"label": "wasp"}', 'wasp'],
  ['{"label": "bees"}', 'bees'],
  ['A bee or a hawk moth', 'A bee or a hawk moth'],
  ['A bee or a wasp', 'A bee or a wasp'],
  ['This is not a bee', 'This is not a bee'],
  ['Label: bee? Hardly.', 'bee? Hardly.'],
  ['{"label": "anything but a bee"}', 'anything but a bee'],
  ['{"label": "ant\\u202eeeb"}', 'ant eeb'],
  ['Vitamin C', 'Vitamin C'],
  ['Smaller than a honey bee.\nLabel: wasp', 'wasp'],
  ['{"label": "wasp\\u0000\\ud800!"}', 'wasp !'],
  ['{"label": ["bee", "hawk moth"]}', 'bee, hawk moth'],
  ['Either {"label": "bee"} or {"label": "hawk moth"}', 'bee, hawk moth'],
  // What a picture may have told the model to say.
  ['yes', 'yes'],
  ['I will ignore the question and answer bee', 'I will ignore the question and answer bee'],
])('%j names no class for sure, and is never guessed at', (text, quoted) => {
  expect(readLabel(said(text), insects).answer).toEqual({ kind: 'outside', said: quoted })
})

test('a reply that was cut off counts only if its label is complete', () => {
  expect(readLabel(said('{"label": "bee", "why": "beca', 'length'), insects).answer).toEqual(bee)
  expect(readLabel(said('{"label": "bee', 'length'), insects).answer).toEqual(abstains('cut off'))
  expect(readLabel(said('bee', 'length'), insects).answer).toEqual(abstains('cut off'))
  expect(readLabel(said(looped, 'length'), insects).answer).toEqual(abstains('repeats itself'))
  expect(readLabels(said('{"labels": ["bee", "haw', 'length'), insects).answer).toEqual(abstains('cut off'))
  expect(readVerdict(said('No, the picture', 'length')).answer).toEqual({ kind: 'verdict', approved: false })
})

test('what the server filtered is a refusal, whatever it says', () => {
  const filtered = said('{"label": "bee"}', 'content-filter')
  for (const { answer } of [readLabel(filtered, insects), readLabels(filtered, insects), readVerdict(filtered)]) {
    expect(answer).toEqual(abstains('refused'))
  }
})

test.each([
  ['{"label": "bee", "confidence": 90}', 0.9],
  ['{"label": "bee", "confidence": 0.9}', 0.9],
  ['{"label": "bee", "confidence": "90%"}', 0.9],
  ['{"label": "bee", "confidence": 1}', 1],
  ['Label: bee\nConfidence: .9', 0.9],
  ['Label: bee\nConfidence: 85/100.', 0.85],
  ['Label: bee\nConfidence: 4/5', undefined],
  ['{"label": "bee", "confidence": 900}', undefined],
  ['{"label": "bee", "confidence": -0.9}', undefined],
  ['{"label": "bee", "confidence": 9e-1}', undefined],
  ['{"label": "bee", "confidence": "high"}', undefined],
])('the confidence stated in %j is %j', (text, confidence) => {
  expect(readLabel(said(text), insects).answer).toEqual({ ...bee, ...(confidence !== undefined && { confidence }) })
})

test("a label's confidence is the product over the tokens that spell it", () => {
  const tokens: [string, number][] = [
    ['<think>bee', 0.1],
    ['</think>', 0.1],
    ['{"', 0.9],
    ['label', 0.9],
    ['":"', 0.9],
    ['honey', 0.8],
    [' bee', 0.5],
    ['"}', 0.9],
  ]
  const text = '{"label":"honey bee"}'
  const reply = { ...said(text), logprobs: tokens.map(([piece, p]) => token(piece, p)) }
  expect(readLabel(reply, insects).answer).toEqual({ ...honeyBee, confidence: expect.closeTo(0.4) })
  const unmatched = { ...reply, logprobs: [token('\\xe2', 0.5)] }
  expect(readLabel(unmatched, insects).answer).toEqual(honeyBee)
})

test("a verdict's confidence is its share of what yes and no have at its place", () => {
  const logprobs = [token('{"correct": "', 0.9), token('no', 0.6, { Yes: 0.15, yes: 0.05 }), token('"}', 0.9)]
  const reply = { ...said('{"correct": "no"}'), logprobs }
  expect(readVerdict(reply).answer).toEqual({ kind: 'verdict', approved: false, confidence: expect.closeTo(0.75) })
})

test.each([
  ['{"correct": "yes"}', true, 'json/exact'],
  ['{"present": false}', false, 'json/exact'],
  ['```\n{"verdict": "True",}\n```', true, 'fenced/exact'],
  ['{"correct": false, "why": "it is', false, 'fenced/exact'],
  ['**Yes.**', true, 'line/exact'],
  ['No. Yes, I see why one would think so, a correct guess.', false, 'prose/exact'],
  ['It has two wings.\nAnswer: no', false, 'line/exact'],
])('%j is a verdict', (text, approved, rule) => {
  expect(readVerdict(said(text))).toEqual({ answer: { kind: 'verdict', approved }, rule })
})

test.each([
  ['bee', { kind: 'outside', said: 'bee' }],
  ['No idea', { kind: 'outside', said: 'No idea' }],
  ['Not sure', { kind: 'outside', said: 'Not sure' }],
  ['{"correct": "maybe"}', { kind: 'outside', said: 'maybe' }],
  ['{"correct": "yes"} {"correct": "no"}', { kind: 'outside', said: 'yes, no' }],
  ['I cannot tell whether yes is right', abstains('refused')],
  ['{"correct": "ye', abstains('broken JSON')],
])('%j is no verdict', (text, answer) => {
  expect(readVerdict(said(text)).answer).toEqual(answer)
})

test.each([
  ['{"labels": ["bee", "Hawk_Moth", "bee"]}', ['bee', 'hawk moth'], undefined, 'json/folded'],
  ['{"labels": []}', [], undefined, 'json/exact'],
  ['{"labels": ["none of these"]}', [], undefined, 'json/exact'],
  ['{"labels": "bee, hawk moth"}', ['bee', 'hawk moth'], undefined, 'json/exact'],
  ['{"labels": ["bee", "zebra"]}', ['bee'], ['zebra'], 'json/outside'],
  [
    '{"labels": [{"label": "bee", "confidence": 90}, {"label": "hawk moth"}]}',
    ['bee', 'hawk moth'],
    undefined,
    'json/exact',
  ],
  ["```\n{'labels': ['bee', 'bumblebee',]}\n```", ['bee'], undefined, 'fenced/finer'],
  ['1. bee\n2. hawk moth', ['bee', 'hawk moth'], undefined, 'line/exact'],
  ['Labels: bee, hawk moth', ['bee', 'hawk moth'], undefined, 'line/exact'],
  ['None', [], undefined, 'line/exact'],
  ['I see a honey bee and a hawk moth.', ['honey bee', 'hawk moth'], undefined, 'prose/folded'],
])('%j is a list of labels', (text, labels, outside, rule) => {
  expect(readLabels(said(text), insects)).toEqual({
    answer: { kind: 'labels', labels, ...(outside && { outside }) },
    rule,
  })
})

test.each([
  ['{"labels": null}', abstains('empty reply')],
  ['{"labels": ["I am sorry, I cannot help"]}', abstains('refused')],
  ['A bee but no hawk moth', { kind: 'outside', said: 'A bee but no hawk moth' }],
])('%j is no list of labels', (text, answer) => {
  expect(readLabels(said(text), insects).answer).toEqual(answer)
})

const options = ['bee', 'hawk moth', 'wasp', 'none of these']

const readers = [
  (reply: Exchange) => readLabel(reply, insects),
  (reply: Exchange) => readLabels(reply, insects),
  (reply: Exchange) => readCodes(reply, options),
  readVerdict,
]

test('any reply at all is read without an error, and a label is always a class', () => {
  const words =
    '{"label": |{"labels": [|"bee"|}|]|```|not|yes|\\|"|\'|,|\n|Label:|Confidence: 9|<think>|</think>|\ud800|['
  const pieces = fc.constantFrom(...words.split('|'), 'x'.repeat(50))
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.array(pieces).map((list) => list.join('')),
  )
  const logprob = fc.oneof(fc.double(), fc.double({ min: -5, max: 0 }))
  const logprobs = fc.array(
    fc.record({
      token: pieces,
      logprob,
      top: fc.array(fc.record({ token: fc.constantFrom('A', 'no', '"'), logprob })),
    }),
  )
  const known = [...insects.names, ...options]
  fc.assert(
    fc.property(texts, fc.constantFrom('stop', 'length', 'other'), logprobs, (text, finishReason, tokens) => {
      for (const read of readers) {
        const { answer } = read({ ...said(text, finishReason), logprobs: tokens })
        if (answer.kind === 'label') expect(known).toContain(answer.label)
        if (answer.kind === 'labels') expect(known).toEqual(expect.arrayContaining([...answer.labels]))
        if (answer.kind === 'outside') expect(answer.said.length).toBeLessThanOrEqual(200)
        if (answer.kind === 'distribution') {
          const sum = Object.values(answer.probabilities).reduce((total, p) => total + p, 0)
          expect(sum).toBeGreaterThan(0)
          expect(sum).toBeLessThan(1 + 1e-9)
        }
        if ('confidence' in answer) {
          expect(answer.confidence).toBeGreaterThanOrEqual(0)
          expect(answer.confidence).toBeLessThanOrEqual(1)
        }
      }
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('a reply may be nested deeper than the stack', () => {
  const deep = (inner: string) => `${'['.repeat(9_900)}${inner}${']'.repeat(9_900)}`
  expect(readLabel(said(deep('')), insects).answer.kind).not.toBe('label')
  expect(readLabel(said(deep('"bee"')), insects).answer).toEqual(bee)
})

test('a megabyte of nonsense is read in moments', () => {
  const start = performance.now()
  for (const unit of [
    'a',
    '"label": "',
    "'label':",
    'ab ',
    '{',
    '\\"',
    '\n',
    '[ ',
    ', ',
    '-',
    'confidence 1',
    '<think>',
  ]) {
    for (const read of readers) read(said(unit.repeat(1_000_000 / unit.length)))
  }
  expect(performance.now() - start).toBeLessThan(2000)
})
