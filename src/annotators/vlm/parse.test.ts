import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fineLevel, makeTaxonomy } from '../../core/taxonomy.ts'
import { makeParser } from './parse.ts'

const parse = makeParser(
  fineLevel(
    makeTaxonomy([
      { name: 'honey bee', aliases: ['Apis mellifera'] },
      { name: 'bee' },
      { name: 'hawk moth' },
      { name: 'C' },
    ]),
  ),
)

const bee = { kind: 'label', label: 'bee' }
const honeyBee = { kind: 'label', label: 'honey bee' }
const abstains = (reason: string) => ({ kind: 'abstain', reason })
const looped = 'The bee is a bee. '.repeat(40)

test.each([
  ['{"label": "bee"}', bee, 'json'],
  [' {"label": "Honey_Bee"}\n', honeyBee, 'json'],
  ['{"label": "apis mellifera"}', honeyBee, 'json'],
  ['"bee"', bee, 'json'],
  ['["bee"]', bee, 'json'],
  ['{"class": "bee"}', bee, 'json'],
  ['```json\n{"label": "bee"}\n```', bee, 'embedded'],
  ['Sure! Here you are: {"label": "bee",}', bee, 'embedded'],
  ['{"label": "bee", "reason": "it is yel', bee, 'embedded'],
  ['{"label": "bee"}{"label": "bee"}{"label": "bee"}', bee, 'embedded'],
  ['<think>a "label": "hawk moth"? no</think>{"label": "bee"}', bee, 'json'],
  ['Honey Bee.', honeyBee, 'name'],
  ['**Label:** honey-bee', honeyBee, 'name'],
  ['It has yellow stripes and wings.\n\nAnswer: bee', bee, 'name'],
  ['```\nbee\n```', bee, 'name'],
  ['C', { kind: 'label', label: 'C' }, 'name'],
  ['I believe that this is a honey bee on a flower.', honeyBee, 'mention'],
])('%j is an answer', (text, answer, via) => {
  expect(parse({ text, finishReason: 'stop' })).toEqual({ answer, via })
})

test.each([
  ['{"label": "none of these"}', abstains('none of these')],
  ['None of the above', abstains('none of these')],
  ['None of these classes fits.', abstains('none of these')],
  ['', abstains('empty reply')],
  ['{"label": ""}', abstains('empty reply')],
  ['<think>is it a bee', abstains('empty reply')],
  ["I'm sorry, but I can't help with identifying the bee.", abstains('refused')],
  ['{"label": "I cannot determine the species"}', abstains('refused')],
  ['{"label": "bee', abstains('broken JSON')],
  ['```json\n{"label": "hawk', abstains('broken JSON')],
  ['{"label": "bee"} {"label": "hawk moth"}', abstains('broken JSON')],
  [looped, abstains('repeats itself')],
  [`{"label": "${looped}"}`, abstains('repeats itself')],
])('%j is no answer', (text, answer) => {
  expect(parse({ text, finishReason: 'stop' }).answer).toEqual(answer)
})

test.each([
  ['{"label": "bumblebee"}', 'bumblebee'],
  ['{"label": "bees"}', 'bees'],
  ['A bee or a hawk moth', 'A bee or a hawk moth'],
  ['This is not a bee', 'This is not a bee'],
  ['Vitamin C', 'Vitamin C'],
  ['{"label": "wasp\\u0000\\ud800!"}', 'wasp !'],
  ['Either {"label": "bee"} or {"label": "hawk moth"}', 'Either {"label": "bee"} or {"label": "hawk moth"}'],
])('%j names no class for sure, and is never guessed at', (text, said) => {
  expect(parse({ text, finishReason: 'stop' }).answer).toEqual({ kind: 'outside', said })
})

test('a reply that was cut off counts only if its label is complete', () => {
  expect(parse({ text: '{"label": "bee", "why": "beca', finishReason: 'length' }).answer).toEqual(bee)
  expect(parse({ text: '{"label": "bee', finishReason: 'length' }).answer).toEqual(abstains('cut off'))
  expect(parse({ text: 'bee', finishReason: 'length' }).answer).toEqual(abstains('cut off'))
  expect(parse({ text: looped, finishReason: 'length' }).answer).toEqual(abstains('repeats itself'))
})

test('what the server filtered is a refusal, whatever it says', () => {
  expect(parse({ text: '{"label": "bee"}', finishReason: 'content-filter' }).answer).toEqual(abstains('refused'))
})

test('any reply at all is read without an error, and a label is always a class', () => {
  const pieces = fc.constantFrom(
    '{"label": ',
    '"bee"',
    '}',
    '```',
    'not',
    '\\',
    '"',
    '\n',
    'Label:',
    '<think>',
    '\ud800',
    '[',
    'x'.repeat(50),
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.array(pieces).map((list) => list.join('')),
  )
  fc.assert(
    fc.property(texts, fc.constantFrom('stop', 'length', 'other'), (text, finishReason) => {
      const { answer } = parse({ text, finishReason })
      if (answer.kind === 'label') expect(['honey bee', 'bee', 'hawk moth', 'C']).toContain(answer.label)
      if (answer.kind === 'outside') expect(answer.said.length).toBeLessThanOrEqual(200)
    }),
    { seed: 1 },
  )
})

test('a reply may be nested deeper than the stack', () => {
  const deep = (inner: string) => `${'['.repeat(9_900)}${inner}${']'.repeat(9_900)}`
  expect(parse({ text: deep(''), finishReason: 'stop' }).answer.kind).not.toBe('label')
  expect(parse({ text: deep('"bee"'), finishReason: 'stop' }).answer).toEqual({ kind: 'label', label: 'bee' })
})

test('a megabyte of nonsense is read in moments', () => {
  const start = performance.now()
  for (const unit of ['a', '"label": "', 'ab ', '{', '\\"', '\n']) {
    parse({ text: unit.repeat(1_000_000 / unit.length), finishReason: 'stop' })
  }
  expect(performance.now() - start).toBeLessThan(2000)
})
