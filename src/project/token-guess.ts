import type { PictureOptions } from '../annotators/vlm/picture.ts'
import type { TaxonomyLevel } from '../core/taxonomy.ts'

/** About what Anthropic and Qwen count for a picture (28 x 28 pixels a token); OpenAI counts fewer. */
const pixelsPerToken = 750
const charactersPerToken = 4
const instructions = 100
const reply = 30

/** How many tokens a question about a square picture takes, before any usage was seen: the class names stand in the prompt and in the schema. */
export function guessTokens(level: TaxonomyLevel, picture: PictureOptions): { input: number; output: number } {
  const characters = level.classes.map(({ name, description }) => 2 * (name.length + 4) + (description?.length ?? 0))
  const options = characters.reduce((sum, length) => sum + length, 0) / charactersPerToken
  return { input: Math.ceil(instructions + options + picture.longestSide ** 2 / pixelsPerToken), output: reply }
}
