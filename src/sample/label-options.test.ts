import { expect, test } from 'vitest'
import { optionsOfPrompt, optionsOfSchema, scoreOptions } from './label-options.ts'
import { species } from './species.ts'

test('the options of a schema are the enum below its property "label", however deep', () => {
  const flat = { properties: { sure: { enum: ['yes'] }, label: { type: 'string', enum: ['bee', 'moth'] } } }
  const deep = { properties: { answers: { items: { properties: { label: { anyOf: [{ enum: ['bee', null] }] } } } } } }
  expect(optionsOfSchema(flat, 'label')).toEqual(['bee', 'moth'])
  expect(optionsOfSchema(deep, 'label')).toEqual(['bee'])
  expect(optionsOfSchema({ properties: { verdict: { enum: ['yes', 'no'] } } }, 'label')).toEqual([])
  expect(optionsOfSchema(null, 'label')).toEqual([])
})

test('the options of a prompt are its dashed lines without their explanations', () => {
  const prompt =
    'Which is it?\n- bee: plump and furry\n- four-belted clover bee\n- moth (at night)\nNot an option - really.'
  expect(optionsOfPrompt(prompt)).toEqual(['bee', 'four-belted clover bee', 'moth'])
})

test('a family scores the sum of its species, in any spelling, and a stranger scores nothing', () => {
  const probs = new Float32Array(species.length)
  probs.set([0.25, 0.5], 0)
  expect(scoreOptions(['Beetle', 'moss_furrowback', 'moth', 'zebra'], probs)).toEqual([0.75, 0.25, 0, null])
})
