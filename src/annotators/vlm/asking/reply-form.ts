import type { JsonSchema } from './prompt.ts'
import type { Asked } from './way.ts'
import { shownName } from './wording.ts'

/** What a reply must look like: in words for every model, as a schema for the servers that can hold a model to it. */
export interface ReplyForm {
  readonly words: string
  readonly schema: JsonSchema
}

/** A JSON object with these fields. A model writes them in this order, so what it should think of first comes first. */
export function replyForm(fields: Readonly<Record<string, ReplyForm>>): ReplyForm {
  const entries = Object.entries(fields)
  const words = entries.map(([name, field]) => `"${name}": ${field.words}`).join(', ')
  return {
    words: `Reply with JSON only: {${words}}.`,
    schema: {
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
      required: entries.map(([name]) => name),
      additionalProperties: false,
    },
  }
}

/** One of these names, in an order that is the same for all items: servers make a grammar of every schema that is new to them. */
export function oneName(names: readonly string[]): ReplyForm {
  return { words: '"<one name from the list below, spelled as there>"', schema: nameSchema(names) }
}

/** Some of these names, or none of them. */
export function someNames(names: readonly string[]): ReplyForm {
  return {
    words: '["<name from the list below, spelled as there>", …]',
    schema: { type: 'array', items: nameSchema(names) },
  }
}

/** Yes, or no. */
export const yesOrNo: ReplyForm = { words: '"yes" or "no"', schema: { type: 'string', enum: ['yes', 'no'] } }

/** What the model sees, to be written before it chooses. */
export const observations: ReplyForm = {
  words: '"<what you observe, and what speaks for and against the choices; at most 80 words>"',
  schema: { type: 'string' },
}

/** Room for {@link observations} in a reply: 80 words, and as much again for models that do not count. */
export const observationTokens = 400

/** A field for the model's own confidence where it is to be stated, else no field. Goes last: it is about what stands before it. */
export function confidenceField(confidence: Asked['confidence']): Readonly<Record<string, ReplyForm>> {
  if (confidence !== 'stated') return {}
  const words = '<whole number from 0 to 100: how likely it is that your answer is right>'
  return { confidence: { words, schema: { type: 'integer', minimum: 0, maximum: 100 } } }
}

/**
 * Holds the model to the names where every server accepts that; the reader checks the reply against them in any case. OpenAI refuses
 * quotes in an enum, more than 1,000 values, and more than 15,000 characters where there are over 250 of them.
 */
function nameSchema(names: readonly string[]): JsonSchema {
  const values = [...new Set(names.map(shownName))]
  const length = values.reduce((sum, value) => sum + value.length, 0)
  const short = values.length <= 250 || (values.length <= 1000 && length <= 15_000)
  return short && !values.some((value) => value.includes('"')) ? { type: 'string', enum: values } : { type: 'string' }
}
