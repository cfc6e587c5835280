import { expect, test } from 'vitest'
import { meadowSigns } from './sign.ts'
import { spoil } from './spoken-faults.ts'

const reply = '{"label":"honey bee","confidence":90}'
const list = '{"labels":["bee","moth"]}'

test('a spoiled reply is no longer the reply', () => {
  expect(() => JSON.parse(spoil(reply, 'broken-json')) as unknown).toThrow(SyntaxError)
  expect(spoil(reply, 'endless').length).toBeGreaterThan(5000)
  expect(spoil(reply, 'refusal')).toContain("can't help")
  expect(spoil(reply, 'empty')).toBe('')
  expect(spoil(reply, 'chatty')).toContain(`\`\`\`json\n${reply}\n\`\`\``)
})

test('invented names stand in for the label, and beside the labels of a list', () => {
  expect(JSON.parse(spoil(reply, 'invented-label'))).toEqual({ label: 'iridescent thunderbug', confidence: 90 })
  expect(JSON.parse(spoil(list, 'invented-label'))).toEqual({ labels: ['bee', 'moth', 'iridescent thunderbug'] })
  expect(spoil('bee', 'invented-label')).toBe('iridescent thunderbug')
})

test('names may be shouted, or be others for the same', () => {
  expect(JSON.parse(spoil(reply, 'wrong-case'))).toEqual({ label: 'HONEY_BEE', confidence: 90 })
  expect(JSON.parse(spoil(list, 'alias', { aliases: { moth: 'night butterfly' } }))).toEqual({
    labels: ['bee', 'night butterfly'],
  })
})

test('a sign is obeyed where there is one', () => {
  expect(meadowSigns.map((sign) => spoil('{"labels":[]}', 'obeys-picture', { sign }))).toEqual([
    '{"labels":["yes"]}',
    '{"labels":["moth"]}',
  ])
  expect(spoil(list, 'obeys-picture', { sign: null })).toBe(list)
})
