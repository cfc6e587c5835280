import { expect, test } from 'vitest'
import { logprobsOf, textOf, tokensOf } from './reply-pieces.ts'

const among = new Map([
  ['moss beetle', 0.5],
  ['moss bug', 0.25],
  ['moss', 0.15],
  ['bee', 0.1],
])
const reply = (said: string) => ['{"label":"', { said, among }, '"}']

test('tokens make up the text, and their probabilities that of the choice', () => {
  for (const [said, probability] of among) {
    const tokens = tokensOf(reply(said))
    expect(tokens.map(({ token }) => token).join('')).toBe(textOf(reply(said)))
    expect(Math.exp(tokens.reduce((sum, { logprob }) => sum + logprob, 0))).toBeCloseTo(probability, 10)
  }
})

test('a token has the probability of all that begins like it, given what stands before it', () => {
  const [first, second, third] = tokensOf([{ said: 'moss beetle', among }])
  // Of all that was possible, 0.75 goes on after "moss", two thirds of it with " beet"; then nothing else is left.
  expect(first!.top.map(({ token, logprob }) => [token, Math.exp(logprob)])).toEqual([
    ['moss', expect.closeTo(0.75)],
    ['bee', expect.closeTo(0.1)],
  ])
  expect([second!.token, Math.exp(second!.logprob)]).toEqual([' beet', expect.closeTo(2 / 3)])
  expect([third!.token, third!.logprob]).toEqual(['le', 0])
})

test('what is impossible still has a finite logarithm', () => {
  const [token] = tokensOf([
    {
      said: 'no',
      among: new Map([
        ['yes', 1],
        ['no', 0],
      ]),
    },
  ])
  expect(token!.logprob).toBeCloseTo(Math.log(1e-9))
})

test('logprobs end where the reply was cut off', () => {
  const { content } = logprobsOf(reply('moss bug'), 13, 1) as { content: { token: string; top_logprobs: object[] }[] }
  expect(content.map(({ token }) => token).join('')).toBe('{"label":"mos')
  expect(content.every(({ top_logprobs: top }) => top.length === 1)).toBe(true)
})
