import type { Exchange, TokenLogprob } from '../exchange.ts'
import { optionShares, plainToken } from './option-shares.ts'
import { readLabel } from './read-label.ts'
import { noneOption, type Reading } from './reading.ts'
import { makeVocabulary } from './vocabulary.ts'

const leastMass = 0.5
const none = { kind: 'abstain', reason: noneOption } as const

/**
 * Reads a choice by letter: the first option is `A`. From the first token's probabilities where they are there and mostly the options', as
 * a distribution; else from the letter or the name in the text, as a label.
 *
 * The distribution leaves {@link noneOption} out and is not stretched over the rest: what is missing to 1 is what the model gave to none.
 * Where none is the likeliest, the answer abstains. Never throws.
 *
 * @param names - Of the options, in their order; the last is {@link noneOption}, whatever a class is called.
 */
export function readCodes(said: Exchange, names: readonly string[]): Reading {
  const codes = names.map((_, index) => codeOf(index))
  const place = said.finishReason === 'content-filter' ? undefined : firstToken(said)
  const options = codes.map((code) => new Set([code.toLowerCase()]))
  const { shares, mass } = place ? optionShares(place, options) : { shares: [], mass: 0 }
  return mass < leastMass ? readLetter(said, codes, names) : spread(names, shares)
}

/** The letter of an option, from `A`. */
export function codeOf(index: number): string {
  return String.fromCharCode(65 + index)
}

function firstToken({ logprobs = [] }: Exchange): TokenLogprob | undefined {
  return logprobs.find(({ token }) => plainToken(token) !== '')
}

function spread(names: readonly string[], shares: readonly number[]): Reading {
  const likeliest = shares.indexOf(shares.reduce((most, share) => Math.max(most, share), 0))
  if (likeliest === names.length - 1) return { answer: none, rule: 'tokens/exact' }
  const classes = names.slice(0, -1)
  const probabilities = Object.fromEntries(classes.map((name, index) => [name, shares[index]!]))
  return { answer: { kind: 'distribution', probabilities }, rule: 'tokens/exact' }
}

function readLetter(said: Exchange, codes: readonly string[], names: readonly string[]): Reading {
  const vocabulary = makeVocabulary(codes.map((name, index) => ({ name, aliases: [names[index]!] })))
  // A letter with nothing after it, or with a bracket, is complete even where the reply was cut off.
  const letter = /^\W*([A-Z])(?:[).:]|\W*$)/.exec(said.text)?.[1]
  const cutOff = said.finishReason === 'length' && letter !== undefined
  const reading = readLabel(
    letter === undefined ? said : { ...said, text: letter, ...(cutOff && { finishReason: 'stop' }) },
    vocabulary,
  )
  if (reading.answer.kind !== 'label') return reading
  const index = codes.indexOf(reading.answer.label)
  return { ...reading, answer: index === names.length - 1 ? none : { ...reading.answer, label: names[index]! } }
}
