import type { JsonSchema, Prompt } from '../asking/prompt.ts'
import type { Size } from './size.ts'

/** What decides how many tokens a message and its reply take. */
export interface MessageShape {
  /** Of all its texts, counted by {@link textLength}. */
  readonly text: number
  /** Of the form of the reply, which some servers put into the prompt, and bill. */
  readonly schema: number
  readonly pictures: readonly Size[]
  /** Of the reply that is expected. */
  readonly reply: number
  readonly maxOutputTokens: number
}

/**
 * Measures a composed prompt.
 *
 * @param picture - Of the item and of each one shown before it, as they are sent; null where items are texts.
 */
export function shapeOf(prompt: Prompt, picture: Size | null): MessageShape {
  const { text, shots, schema, maxOutputTokens } = prompt
  const texts = [text, ...shots.flatMap((shot) => [shot.text, shot.reply])]
  return {
    text: texts.reduce((sum, part) => sum + textLength(part), 0),
    schema: schema === null ? 0 : textLength(JSON.stringify(schema)),
    pictures: picture === null ? [] : [picture, ...shots.map(() => picture)],
    reply: schema === null ? freeText : replyLength(schema),
    maxOutputTokens,
  }
}

/** Characters that a token of Latin script holds on average; Chinese, Japanese and Korean characters are counted as so many each. */
export const charactersPerToken = 4
const firstWideCharacter = 0x2e80

/** The length of a text in characters of Latin script. */
export function textLength(text: string): number {
  let wide = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= firstWideCharacter) wide++
  return text.length + wide * (charactersPerToken - 1)
}

/** Some sentences. */
const freeText = 300
const listedNames = 2

function replyLength(schema: JsonSchema): number {
  if (schema.enum) return 2 + meanLength(schema.enum)
  switch (schema.type) {
    case 'object':
      return Object.entries(schema.properties ?? {}).reduce(
        (sum, [key, value]) => sum + key.length + 6 + replyLength(value),
        0,
      )
    case 'array':
      return listedNames * (2 + (schema.items ? replyLength(schema.items) : freeText))
    case 'string':
      return freeText
    case 'integer':
      return 4
  }
}

function meanLength(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + textLength(value), 0) / Math.max(1, values.length)
}
