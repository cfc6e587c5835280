import { openaiTokens } from './openai-picture-tokens.ts'
import type { Range } from './range.ts'
import { shownSize, squaresOver, type Size } from './size.ts'

/** A model, as a configuration names it. */
export interface ModelName {
  /** As the server knows it: `gpt-4o`, `openai/gpt-4o`, `Qwen/Qwen3-VL-8B-Instruct`. */
  readonly model: string
  /** `openai`, `anthropic`, `google` or another word; helps where the model's name says nothing. */
  readonly provider?: string
}

/**
 * How many tokens a picture takes as a model's input: exactly where its provider says so, else the range over all rules that are known here.
 *
 * @param size - Of the picture as it is sent.
 */
export function pictureTokens({ model, provider }: ModelName, size: Size): Range {
  const name = model.toLowerCase().split('/').at(-1)!
  const openai = openaiTokens(name, size)
  if (openai !== null) return exactly(openai)
  if (name.includes('claude') || provider === 'anthropic') return exactly(anthropicTokens(size, name))
  if (name.includes('gemini') || provider === 'google') return geminiTokens(size, name)
  if (/qwen.*vl|qvq/.test(name)) return exactly(qwenTokens(size, /qwen-?2|qvq/.test(name) ? 28 : 32))
  return anyTokens(size)
}

/**
 * A token for each patch of 28 x 28 pixels, of the largest size within the model's limits: 1568 tokens and pixels, from Claude 4.7 on 4784 tokens
 * and 2576 pixels. (Earlier editions of the page said width x height / 750, which is about the same.)
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/vision
 */
function anthropicTokens({ width, height }: Size, name: string): number {
  const [mostTokens, longestSide] = hasHighResolution(name) ? [4784, 2576] : [1568, 1568]
  for (let side = Math.min(longestSide, Math.max(width, height)); ; side--) {
    const tokens = squaresOver(shownSize(width, height, side), 28)
    if (tokens <= mostTokens) return tokens
  }
}

function hasHighResolution(name: string): boolean {
  const [, major, minor] = /claude-[a-z]+-(\d)(?:[-.](\d)(?!\d))?/.exec(name) ?? []
  return Number(major ?? 0) + Number(minor ?? 0) / 10 >= 4.7
}

/**
 * Gemini 3: 1120 for every picture at the usual resolution. Before: 258 up to 384 x 384 pixels, else 258 for each tile. Of the tiles' size the
 * pages say two things: 768 pixels, and the shorter side / 1.5; the first is the lower end here, the second what is expected.
 *
 * @see https://ai.google.dev/gemini-api/docs/tokens and https://ai.google.dev/gemini-api/docs/image-understanding
 */
function geminiTokens(size: Size, name = ''): Range {
  if (/gemini-[3-9]/.test(name)) return exactly(1120)
  const { width, height } = size
  if (width <= 384 && height <= 384) return exactly(258)
  const coarse = 258 * squaresOver(size, 768)
  const fine = 258 * squaresOver(size, Math.max(256, Math.floor(Math.min(width, height) / 1.5)))
  return { low: Math.min(coarse, fine), expected: fine, high: Math.max(coarse, fine) }
}

const mostQwenTokens = 16_384

/**
 * A token for each patch, both sides rounded to whole patches: 28 pixels wide for Qwen2-VL and Qwen2.5-VL (4 tokens at least), 32 for Qwen3-VL
 * (64 at least); 16,384 tokens at most; and two that mark its ends.
 *
 * @see https://huggingface.co/Qwen/Qwen2-VL-7B-Instruct and the `smart_resize` of its image processor in transformers.
 */
function qwenTokens({ width, height }: Size, patch: 28 | 32): number {
  const leastTokens = patch === 28 ? 4 : 64
  const tokens = Math.max(1, Math.round(width / patch)) * Math.max(1, Math.round(height / patch))
  const scaledTo = (wanted: number, whole: (n: number) => number): number => {
    const scale = Math.sqrt((wanted * patch * patch) / (width * height))
    return [width, height].reduce((product, side) => product * Math.max(1, whole((side * scale) / patch)), 1)
  }
  if (tokens > mostQwenTokens) return 2 + scaledTo(mostQwenTokens, Math.floor)
  if (tokens < leastTokens) return 2 + scaledTo(leastTokens, Math.ceil)
  return 2 + tokens
}

function anyTokens(size: Size): Range {
  const gemini = geminiTokens(size)
  const openai = ['gpt-4o', 'gpt-5', 'o4-mini', 'gpt-4.1-nano'].map((name) => openaiTokens(name, size)!)
  const counts = [
    ...openai,
    anthropicTokens(size, ''),
    gemini.low,
    gemini.high,
    qwenTokens(size, 28),
    qwenTokens(size, 32),
  ]
  const sorted = counts.toSorted((a, b) => a - b)
  return { low: sorted[0]!, expected: sorted[sorted.length >> 1]!, high: sorted.at(-1)! }
}

function exactly(tokens: number): Range {
  return { low: tokens, expected: tokens, high: tokens }
}
