import { expectedCost, tokenCost, type Price } from '../../../core/price.ts'
import type { Question } from '../../../core/question.ts'
import type { Asked, Way } from '../asking/way.ts'
import { charactersPerToken, shapeOf, type MessageShape } from './message-shape.ts'
import { pictureTokens, type ModelName } from './picture-tokens.ts'
import { eachEnd, mean, type Range } from './range.ts'
import type { Size } from './size.ts'

/** Tokens of one question, whole numbers: at least, most likely, at most. */
export type UsageEstimate = Readonly<Record<keyof Range, { readonly input: number; readonly output: number }>>

/** What is known of a question before it is asked. */
export interface QuestionShape extends ModelName {
  /** The messages that are sent in any case. */
  readonly messages: readonly MessageShape[]
  /** The most messages that the question can take; as many as `messages`, or more. */
  readonly mostCalls: number
  /** How often the whole is repeated, for self-consistency. Default 1. */
  readonly samples?: number
}

// English takes 4 characters a token; names, numbers and other languages down to 2.5, plain prose in large vocabularies up to 6.
const characters: Range = { low: 6, expected: charactersPerToken, high: 2.5 }
/** Roles, ends of turns, and what a server adds of its own. */
const perMessage: Range = { low: 3, expected: 10, high: 50 }
/** Whether servers put the form of the reply into the prompt: vLLM and Ollama do not, OpenAI does. */
const schemaShare: Range = { low: 0, expected: 1, high: 1 }

/** How many tokens a question takes. The upper end is what it can cost at most, as far as anybody can know: replies as long as is allowed. */
export function estimateUsage({ messages, mostCalls, samples = 1, ...model }: QuestionShape): UsageEstimate {
  const counts = messages.map((message) => eachEnd((end) => tokensOf(message, model, end)))
  const total = (end: keyof Range, calls: number, of: (values: readonly number[]) => number) => ({
    input: samples * Math.ceil(calls * of(counts.map((count) => count[end].input))),
    output: samples * Math.ceil(calls * of(counts.map((count) => count[end].output))),
  })
  return {
    low: total('low', messages.length, mean),
    expected: total('expected', mostCalls, mean),
    high: total('high', mostCalls, (values) => Math.max(...values)),
  }
}

/** How many tokens a question takes that is put in this way. @param picture - Of the item, as it is sent; null for a text. */
export function questionUsage(
  way: Way,
  asked: Asked,
  options: ModelName & { readonly picture: Size | null; readonly samples?: number },
): UsageEstimate {
  const first = way.next(asked, [])
  const messages = first.kind === 'ask' ? first.prompts.map((prompt) => shapeOf(prompt, options.picture)) : []
  if (messages.length === 0) return { low: nothing, expected: nothing, high: nothing }
  return estimateUsage({ ...options, messages, mostCalls: Math.max(messages.length, way.mostCalls(asked)) })
}

const nothing = { input: 0, output: 0 }

/** What a question costs at this price. People and flat prices know it exactly. */
export function costRange(price: Price, question: Question, usage: UsageEstimate | null): Range {
  return eachEnd((end) =>
    price.kind === 'tokens' && usage ? tokenCost(price, usage[end]) : expectedCost(price, question),
  )
}

function tokensOf(message: MessageShape, model: ModelName, end: keyof Range): { input: number; output: number } {
  const pictures = message.pictures.reduce((sum, size) => sum + pictureTokens(model, size)[end], 0)
  const text = (message.text + schemaShare[end] * message.schema) / characters[end]
  const reply = message.reply / charactersPerToken
  const output = { low: reply / 2, expected: reply, high: message.maxOutputTokens }[end]
  return {
    input: Math.ceil(perMessage[end] + text + pictures),
    output: Math.max(1, Math.min(Math.ceil(output), message.maxOutputTokens)),
  }
}
