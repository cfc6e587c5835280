import { expect, test } from 'vitest'
import { readCodes } from './read-codes.ts'
import { said, token } from './said.ts'

const options = ['bee', 'hawk moth', 'wasp', 'none of these']
const moth = { kind: 'label', label: 'hawk moth' }
const none = { kind: 'abstain', reason: 'none of these' }

test('letters divide the probability of the first token between the options', () => {
  const logprobs = [token('A', 0.4, { ' A': 0.1, 'b)': 0.25, D: 0.1, The: 0.05 })]
  const { answer, rule } = readCodes({ ...said('A'), logprobs }, options)
  // The letter that was not returned gets e^-1 of the least that was.
  const sum = 0.85 + 0.05 / Math.E
  expect(rule).toBe('tokens/exact')
  expect(answer).toEqual({
    kind: 'distribution',
    probabilities: {
      bee: expect.closeTo(0.5 / sum),
      'hawk moth': expect.closeTo(0.25 / sum),
      wasp: expect.closeTo(0.05 / Math.E / sum),
    },
  })
})

test('a model that finds none likeliest abstains, and one that wants to say something else is read by its text', () => {
  const nothing = { ...said('D'), logprobs: [token('D', 0.6, { A: 0.3 })] }
  expect(readCodes(nothing, options)).toEqual({ answer: none, rule: 'tokens/exact' })
  const unsure = { ...said('B) hawk', 'length'), logprobs: [token('The', 0.6, { A: 0.3 })] }
  expect(readCodes(unsure, options)).toEqual({ answer: moth, rule: 'line/exact' })
})

test('a class may be called what the way out is called, or what objects have by nature', () => {
  const names = ['none of these', '__proto__', 'none of these']
  const asCode = (letter: string) => readCodes({ ...said(letter), logprobs: [token(letter, 1, {})] }, names)
  expect(asCode('C').answer).toEqual(none)
  const { answer } = asCode('B')
  expect(answer.kind === 'distribution' && Object.keys(answer.probabilities)).toEqual(['none of these', '__proto__'])
})

test.each([
  ['B', moth, 'line/exact'],
  ['(B)', moth, 'line/exact'],
  ['Answer: B', moth, 'line/exact'],
  ['{"answer": "B"}', moth, 'json/exact'],
  ['hawk moth', moth, 'line/alias'],
  ['D', none, 'line/exact'],
  ['E', { kind: 'outside', said: 'E' }, 'prose/outside'],
  ['A strange insect', { kind: 'outside', said: 'A strange insect' }, 'prose/outside'],
])('without probabilities, %j is read as text', (text, answer, rule) => {
  expect(readCodes(said(text), options)).toEqual({ answer, rule })
})
