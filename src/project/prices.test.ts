import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findModelPrice, readPrices, sourceWords } from './prices.ts'

let path: string

beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'prices-')), 'prices.yaml')
})
afterAll(() => rm(join(path, '..'), { recursive: true }))

async function read(text: string) {
  await writeFile(path, text)
  return readPrices(path)
}

const gpt = { id: 'gpt', model: 'gpt-4.1-mini', provider: 'openai', endpoint: 'https://api.openai.com/v1' }
const own = `
- { model: "gpt-4.1-mini*", provider: openai, input: 0.35, cachedInput: 0.09, output: 1.40, currency: EUR, asOf: 2026-02-01 }
- { model: "qwen*", provider: local, input: 0.05, output: 0.05, currency: €, asOf: 2026-02-01 }
`

test('a price of your own file comes before the built-in one, and says its day', async () => {
  const { price, source } = findModelPrice(gpt, await read(own), 'EUR')
  expect(price).toEqual({
    kind: 'tokens',
    inputPerMillion: 350_000,
    cachedInputPerMillion: 90_000,
    outputPerMillion: 1_400_000,
  })
  expect(sourceWords(source)).toBe('your price file, "gpt-4.1-mini*", price of 2026-02-01, check it')
})

test('without a file the built-in price is used, in dollars', () => {
  const { price, source } = findModelPrice(gpt, [], '$')
  expect(price).toMatchObject({ inputPerMillion: 400_000, cachedInputPerMillion: 100_000, outputPerMillion: 1_600_000 })
  expect(sourceWords(source)).toBe('built-in list, "gpt-4.1-mini*", price of 2025-06-03, check it')
})

test('a price in another currency is no price: nobody here knows exchange rates', () => {
  for (const currency of ['EUR', 'units']) {
    expect(() => findModelPrice(gpt, [], currency)).toThrow(
      expect.objectContaining({
        code: 'bad-config',
        problem: expect.stringContaining('{ input: 0.4, output: 1.6 } per million tokens on 2025-06-03'),
        fix: expect.stringContaining(`in ${currency}`),
      }),
    )
  }
})

test('a model on your own machine is not free by magic', async () => {
  const local = { id: 'q', model: 'qwen2.5vl:7b', provider: 'openai-compatible', endpoint: 'http://localhost:11434/v1' }
  expect(() => findModelPrice(local, [], 'EUR')).toThrow(
    expect.objectContaining({ problem: expect.stringContaining('not free'), fix: expect.stringContaining('price: {') }),
  )
  expect(findModelPrice(local, await read(own), 'EUR').price.inputPerMillion).toBe(50_000)
  expect(() => findModelPrice({ ...gpt, endpoint: 'http://127.0.0.1:1/v1' }, [], 'USD')).toThrow('no price')
})

test('what is wrong with a file of prices is said line by line', async () => {
  const broken = `- { model: a, input: 0.1, output: 0.2, currency: USD, asOf: 2025-06-01 }
- { model: b, input: cheap, output: 0.2, currency: USD, asOf: June }
- { model: c, input: 0.1, outptu: 0.2, currency: USD, asOf: 2025-06-01 }
`
  const error = await read(broken).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'bad-config' })
  const lines = (error as Error & { problem: string }).problem
    .split('\n')
    .map((line) => line.replace(path, 'prices.yaml'))
  expect(lines).toEqual([
    'prices.yaml:2:22: [1].input is "cheap": write an amount from 0, such as 0.40.',
    'prices.yaml:2:63: [1].asOf is "June": write the day of the price, such as 2025-06-01.',
    'prices.yaml:3:3: [2].output is missing: write an amount from 0, such as 1.60.',
    'prices.yaml:3:27: [2].outptu means nothing here: did you mean "output"?',
  ])
  await expect(read('model: a')).rejects.toThrow('write a list of prices')
  await expect(read('')).rejects.toThrow('is empty')
  await expect(read('- [')).rejects.toMatchObject({ code: 'bad-config' })
  await expect(readPrices(join(path, 'none'))).rejects.toMatchObject({ code: expect.stringMatching(/file/) })
})
