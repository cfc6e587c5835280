import { expect, test } from 'vitest'
import { LabelwrightError, messageOf } from './error.ts'

test('an error says its problem, then what to do, and keeps its cause', () => {
  const cause = new Error('disk full')
  const error = new LabelwrightError('cannot-write', 'out.csv cannot be written.', 'Free some space.', { cause })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'LabelwrightError',
    code: 'cannot-write',
    problem: 'out.csv cannot be written.',
    cause,
  })
  expect(error.message).toBe('out.csv cannot be written. Free some space.')
})

test('whatever was thrown has a text', () => {
  expect([new Error('no'), 'no', 7, undefined].map(messageOf)).toEqual(['no', 'no', '7', 'undefined'])
})
