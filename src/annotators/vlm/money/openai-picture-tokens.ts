import { squaresOver, type Size } from './size.ts'

// The first that fits counts. Later models than these are not listed on purpose: their rules differ, and a range is honest.
const rules: readonly (readonly [RegExp, Rule])[] = [
  [/^gpt-4o-mini/, { base: 2833, tile: 5667 }],
  [/^gpt-4\.1-mini/, { factor: 1.62 }],
  [/^gpt-4\.1-nano/, { factor: 2.46 }],
  [/^o4-mini/, { factor: 1.72 }],
  [/^gpt-5-mini/, { factor: 1.62 }],
  [/^gpt-5-nano/, { factor: 2.46 }],
  [/^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-4-turbo)/, { base: 85, tile: 170 }],
  [/^gpt-5(-chat|-20|$)/, { base: 70, tile: 140 }],
  [/^(o1|o3)(-pro|-20|$)/, { base: 75, tile: 150 }],
]

type Rule = { readonly base: number; readonly tile: number } | { readonly factor: number }

/**
 * Tokens of a picture at `detail: high`, by the rules of OpenAI's page; null for a model that is not on it.
 *
 * @param model - In small letters.
 * @see https://platform.openai.com/docs/guides/images-vision, "Calculating costs"
 */
export function openaiTokens(model: string, size: Size): number | null {
  const rule = rules.find(([name]) => name.test(model))?.[1]
  if (!rule) return null
  return 'factor' in rule ? Math.ceil(cappedPatches(size) * rule.factor) : rule.base + rule.tile * tiles(size)
}

/** Tiles of 512 pixels, after fitting the picture into a square of 2048, and its shorter side to 768. */
function tiles({ width, height }: Size): number {
  const fitted = Math.min(1, 2048 / Math.max(width, height))
  const scale = fitted * Math.min(1, 768 / (Math.min(width, height) * fitted))
  return squaresOver({ width: Math.round(width * scale), height: Math.round(height * scale) }, 512)
}

const mostPatches = 1536

/** Patches of 32 pixels; a picture that takes more than 1536 is shrunk until whole patches cover one of its sides and it takes no more. */
function cappedPatches({ width, height }: Size): number {
  const patches = squaresOver({ width, height }, 32)
  if (patches <= mostPatches) return patches
  const shrunk = Math.sqrt((32 * 32 * mostPatches) / (width * height))
  const [across, down] = [(width * shrunk) / 32, (height * shrunk) / 32]
  const whole = Math.min(Math.floor(across) / across, Math.floor(down) / down)
  // A billionth of a patch is rounding, not a patch.
  return Math.ceil(across * whole - 1e-9) * Math.ceil(down * whole - 1e-9)
}
