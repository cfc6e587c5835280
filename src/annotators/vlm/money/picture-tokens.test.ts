import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pictureTokens } from './picture-tokens.ts'
import { shownSize } from './size.ts'

test.each([
  // "Calculating costs" of OpenAI's page on images and vision.
  ['gpt-4o', 1024, 1024, 765],
  ['gpt-4o-2024-08-06', 2048, 4096, 1105],
  ['openai/gpt-4.1', 512, 512, 85 + 170],
  ['gpt-4o-mini', 1024, 1024, 2833 + 4 * 5667],
  // The same page: 1024 patches, and 1452 for 1800 x 2400, times the model's factor, rounded up.
  ['gpt-4.1-mini', 1024, 1024, Math.ceil(1024 * 1.62)],
  ['o4-mini', 1800, 2400, Math.ceil(1452 * 1.72)],
  ['gpt-4.1-nano-2025-04-14', 1800, 2400, Math.ceil(1452 * 2.46)],
  // Anthropic's page: ceil(width / 28) x ceil(height / 28). The counts of huggingface.co/datasets/JOHNISKING/image-token-cost
  // for Claude Haiku 4.5, less 65 tokens of text.
  ['claude-haiku-4-5', 256, 256, 165 - 65],
  ['anthropic/claude-haiku-4.5', 512, 512, 426 - 65],
  ['claude-haiku-4-5-20251001', 1280, 720, 1261 - 65],
  ['claude-haiku-4-5', 1920, 1080, 1625 - 65],
  // The same for a later model, less 77 tokens of text.
  ['claude-opus-4-7', 1920, 1080, 2768 - 77],
  // Google's pages: 258 for a small picture; six tiles for the worked example of 960 x 540; 1120 at the default resolution of Gemini 3.
  ['gemini-2.5-flash', 384, 384, 258],
  ['gemini-2.0-flash', 960, 540, 6 * 258],
  ['gemini-3-flash', 4000, 3000, 1120],
  // Qwen's model card: a patch of 28 x 28 pixels is a token, 4 to 16,384 of them; two more mark the ends.
  ['Qwen/Qwen2-VL-7B-Instruct', 420, 280, 150 + 2],
  ['qwen2.5vl:7b', 8, 8, 4 + 2],
  ['Qwen/Qwen3-VL-8B-Instruct', 512, 512, 256 + 2],
])('%s reads a picture of %i x %i as %i tokens', (model, width, height, tokens) => {
  expect(pictureTokens({ model }, { width, height }).expected).toBe(tokens)
})

test('a model that nobody knows reads a picture as some number between those of the known ones', () => {
  const size = { width: 512, height: 512 }
  const { low, expected, high } = pictureTokens({ model: 'llava' }, size)
  for (const model of ['gpt-4o', 'claude-sonnet-4-5', 'gemini-2.5-flash', 'qwen3-vl', 'gpt-4.1-nano']) {
    const known = pictureTokens({ model }, size)
    expect(known.low).toBeGreaterThanOrEqual(low)
    expect(known.high).toBeLessThanOrEqual(high)
  }
  expect(low).toBeLessThan(expected)
  expect(expected).toBeLessThan(high)
  expect(pictureTokens({ model: 'a-new-one', provider: 'anthropic' }, size).low).toBe(361)
})

const side = fc.integer({ min: 1, max: 9000 })

test('pictures take few tokens or more, never none, and limits hold', () => {
  const models = [
    'gpt-4o',
    'gpt-4.1-mini',
    'claude-sonnet-4-5',
    'claude-opus-4-7',
    'gemini-2.5-pro',
    'qwen2.5-vl',
    'other',
  ]
  fc.assert(
    fc.property(side, side, fc.constantFrom(...models), (width, height, model) => {
      const { low, expected, high } = pictureTokens({ model }, { width, height })
      expect([low, expected, high].every((tokens) => Number.isSafeInteger(tokens) && tokens >= 1)).toBe(true)
      expect(low <= expected && expected <= high).toBe(true)
      if (model === 'gpt-4.1-mini') expect(high).toBeLessThanOrEqual(Math.ceil(1536 * 1.62))
      if (model === 'claude-sonnet-4-5') expect(high).toBeLessThanOrEqual(1568)
      if (model === 'claude-opus-4-7') expect(high).toBeLessThanOrEqual(4784)
    }),
  )
})

test('a shrunk picture keeps its shape and is never enlarged', () => {
  expect(shownSize(4000, 3000, 512)).toEqual({ width: 512, height: 384 })
  expect(shownSize(100, 50, 512)).toEqual({ width: 100, height: 50 })
  expect(shownSize(9000, 2, 512)).toEqual({ width: 512, height: 1 })
})
