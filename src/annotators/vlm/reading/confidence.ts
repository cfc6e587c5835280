import type { Exchange, TokenLogprob } from '../exchange.ts'
import { withoutThinking } from './reply-text.ts'

const fieldName = /\b(?:label|class|answer|correct|present|verdict)\W{0,4}[:=]/gi

/**
 * The confidence that the reply states: `"confidence": 90`, `0.9` or `"90%"`; up to 1 it is a share, above it is of a hundred. In `[0, 1]`.
 */
export function statedConfidence({ text }: Exchange): number | undefined {
  const statements = withoutThinking(text)
    .slice(-2000)
    .matchAll(/\bconfidence[^\w.-]{0,8}(\d{0,3}\.?\d{1,20})(?!\d|\.\d|e|\/(?!100))\s{0,2}(%?)/gi)
  const [, digits, percent] = Array.from(statements).at(-1) ?? []
  const value = Number(digits)
  return shareOrNothing(percent || value > 1 ? value / 100 : value)
}

/** The probability of the tokens that spell this piece of the reply's answer, in `[0, 1]`. */
export function spelledConfidence({ logprobs }: Exchange, piece: string): number | undefined {
  const tokens = tokensOf(logprobs ?? [], piece)
  return tokens.length > 0 ? shareOrNothing(Math.exp(tokens.reduce((sum, { logprob }) => sum + logprob, 0))) : undefined
}

/** The tokens that spell this piece of the reply's answer: after the field's name where there is one. None where they do not match. */
export function tokensOf(logprobs: readonly TokenLogprob[], piece: string, first = false): readonly TokenLogprob[] {
  const text = logprobs.map(({ token }) => token).join('')
  const thought = text.lastIndexOf('</think>') + 1
  const field = Array.from(text.matchAll(fieldName)).findLast(({ index }) => index >= thought)
  const fieldEnd = field ? text.indexOf(piece, field.index + field[0].length) : -1
  const start = fieldEnd >= 0 ? fieldEnd : first ? text.indexOf(piece, thought) : text.lastIndexOf(piece)
  if (start < 0 || piece === '') return []
  let end = 0
  return logprobs.filter(({ token }) => {
    end += token.length
    return end > start && end - token.length < start + piece.length
  })
}

function shareOrNothing(value: number): number | undefined {
  return value >= 0 && value <= 1 ? value : undefined
}
