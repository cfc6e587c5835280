import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeTaxonomy } from '../../../core/taxonomy.ts'
import type { TokenPrice } from '../../../core/price.ts'
import type { Prompt } from '../asking/prompt.ts'
import type { Asked, Way } from '../asking/way.ts'
import { costRange, estimateUsage, questionUsage } from './estimate.ts'
import { shapeOf, textLength } from './message-shape.ts'

const classify = { kind: 'classify', level: 'class' } as const
const prompt: Prompt = {
  text: 'x'.repeat(400),
  shots: [],
  schema: {
    type: 'object',
    properties: { label: { type: 'string', enum: ['bee', 'moth', 'dragonfly'] } },
    required: ['label'],
    additionalProperties: false,
  },
  maxOutputTokens: 256,
  logprobs: false,
}
const picture = { width: 512, height: 512 }
const asked: Asked = {
  item: { id: 'a.jpg', source: { kind: 'image', path: 'a.jpg' }, labels: {} },
  question: classify,
  taxonomy: makeTaxonomy([{ name: 'bee' }, { name: 'moth' }]),
  seed: 1,
  sample: 0,
  chunk: 20,
  confidence: 'none',
  examples: [],
  maxOutputTokens: 256,
}
const price: TokenPrice = {
  kind: 'tokens',
  inputPerMillion: 2_500_000,
  outputPerMillion: 10_000_000,
  tokensPerQuestion: { input: 0, output: 0 },
}

/** A way that sends so many messages at first, and may send more. */
function way(first: number, mostCalls: number): Way {
  return {
    version: 'test-1',
    questions: ['classify'],
    next: () => ({ kind: 'ask', prompts: Array.from({ length: first }, () => prompt) }),
    mostCalls: () => mostCalls,
  }
}

test('400 characters and a picture of 512 pixels are about 400 tokens of gpt-4o', () => {
  const { low, expected, high } = questionUsage(way(1, 1), asked, { model: 'gpt-4o', picture })
  const schema = JSON.stringify(prompt.schema).length
  // 85 + 170 for the picture; 10 of frame; the schema goes into OpenAI's prompt, elsewhere it does not.
  expect(expected.input).toBe(Math.ceil(255 + 10 + (400 + schema) / 4))
  expect(low.input).toBe(Math.ceil(255 + 3 + 400 / 6))
  expect(high.input).toBe(Math.ceil(255 + 50 + (400 + schema) / 2.5))
  // {"label":"dragonfly"} has 21 characters.
  expect(expected.output).toBeGreaterThanOrEqual(4)
  expect(expected.output).toBeLessThanOrEqual(6)
  expect(high.output).toBe(256)
})

test('further steps are expected, samples are certain, and texts have no picture', () => {
  const one = questionUsage(way(1, 1), asked, { model: 'gpt-4o', picture: null })
  const steps = questionUsage(way(2, 3), asked, { model: 'gpt-4o', picture: null })
  expect(steps.low.input).toBe(2 * one.low.input)
  expect(steps.expected.input).toBe(3 * one.expected.input)
  expect(steps.high.output).toBe(3 * 256)
  const samples = questionUsage(way(1, 1), asked, { model: 'gpt-4o', picture: null, samples: 5 })
  expect(samples.low.input).toBe(5 * one.low.input)
})

test('examples count with their pictures, their words and their answers', () => {
  const shots = [{ item: asked.item, text: 'Another one.', reply: '{"label":"bee"}' }]
  const shape = shapeOf({ ...prompt, shots }, picture)
  expect(shape.pictures).toEqual([picture, picture])
  expect(shape.text).toBe(400 + 'Another one.'.length + '{"label":"bee"}'.length)
})

test('a Chinese character is a token, and eleven Latin ones are not quite three', () => {
  expect(textLength('蜜蜂')).toBe(8)
  expect(textLength('bumblebees!')).toBe(11)
})

test('a reply may be told from its form: a name, a list, some sentences', () => {
  const replyOf = (schema: Prompt['schema']): number => shapeOf({ ...prompt, schema }, null).reply
  const name = replyOf({ type: 'object', properties: { label: { type: 'string', enum: ['bee'] } } })
  expect(name).toBe('{"label": "bee"}'.length)
  const names = { type: 'array', items: { type: 'string', enum: ['bee'] } } as const
  expect(replyOf({ type: 'object', properties: { labels: names } })).toBeGreaterThan(name)
  expect(replyOf({ type: 'object', properties: { seen: { type: 'string' } } })).toBeGreaterThan(200)
  expect(replyOf(null)).toBeGreaterThan(200)
})

test('a question costs what its tokens cost, also where the server will say what it cost', () => {
  const usage = {
    low: { input: 100, output: 1 },
    expected: { input: 400, output: 5 },
    high: { input: 1000, output: 256 },
  }
  expect(costRange(price, classify, usage)).toEqual({ low: 260, expected: 1050, high: 5060 })
  expect(costRange({ ...price, reported: true }, classify, usage).high).toBe(5060)
  expect(costRange({ kind: 'answer', amount: 7 }, classify, null)).toEqual({ low: 7, expected: 7, high: 7 })
})

test('the ends of an estimate never cross', () => {
  const count = fc.nat(5000)
  fc.assert(
    fc.property(count, count, count, fc.integer({ min: 1, max: 4096 }), (text, schema, reply, maxOutputTokens) => {
      const messages = [{ text, schema, reply, maxOutputTokens, pictures: [picture] }]
      const { low, expected, high } = estimateUsage({ messages, mostCalls: 2, model: 'anything' })
      for (const side of ['input', 'output'] as const) {
        expect(low[side]).toBeGreaterThanOrEqual(1)
        expect(low[side]).toBeLessThanOrEqual(expected[side])
        expect(expected[side]).toBeLessThanOrEqual(high[side])
      }
    }),
  )
})
