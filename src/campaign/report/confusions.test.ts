import { expect, test } from 'vitest'
import { focusChannel, rightShare, topConfusions, viewChannel } from './confusions.ts'
import type { ReportChannel } from './report-data.ts'

function channel(truth: string[], said: string[], probabilities: number[][]): ReportChannel {
  return { annotator: 'qwen', level: 'group', truth, said, probabilities, weight: 1, overlap: 10, agreement: 0.5 }
}

test('mistakes come likeliest first, and silence is told apart from another class', () => {
  const view = viewChannel(
    channel(
      ['moth', 'bee'],
      ['moth', 'bee', 'outside', 'abstained'],
      [
        [0.6, 0.23, 0.07, 0.1],
        [0.05, 0.95, 0, 0],
      ],
    ),
  )
  expect(topConfusions(view, { limit: 3, atLeast: 0.06 })).toEqual([
    { truth: 'moth', said: 'bee', kind: 'class', probability: 0.23 },
    { truth: 'moth', said: 'abstained', kind: 'abstained', probability: 0.1 },
    { truth: 'moth', said: 'outside', kind: 'outside', probability: 0.07 },
  ])
})

test('a class that is called "outside" is a class', () => {
  const view = viewChannel(channel(['inside', 'outside'], ['inside', 'outside'], [[1, 0], [0, 1]])) // prettier-ignore
  expect(view.kinds).toEqual(['class', 'class'])
})

test('where fine classes get coarse answers, the most frequent answer counts as right', () => {
  const view = viewChannel(
    channel(
      ['red moth', 'grey moth', 'honeybee'],
      ['bee', 'moth'],
      [
        [0.1, 0.9],
        [0.2, 0.8],
        [0.7, 0.3],
      ],
    ),
  )
  expect(view.own).toEqual([1, 1, 0])
  expect(topConfusions(view, { limit: 1, atLeast: 0 })).toEqual([
    { truth: 'honeybee', said: 'moth', kind: 'class', probability: 0.3 },
  ])
})

test('a channel that is too large keeps its worst classes in order, and its rows still sum to 1', () => {
  const names = Array.from({ length: 300 }, (_, i) => `class ${i}`)
  const right = (i: number): number => (i % 3 === 0 ? 0.4 : 0.9)
  const rows = names.map((_, i) => [...names.map((_, j) => (i === j ? right(i) : (0.95 - right(i)) / 299)), 0.05])
  const view = focusChannel(viewChannel(channel(names, [...names, 'abstained'], rows)), 100)
  expect(view.truth).toEqual(names.filter((_, i) => i % 3 === 0))
  expect(view.said.slice(-2)).toEqual(['other classes', 'abstained'])
  expect(rightShare(view, 99)).toBe(0.4)
  for (const row of view.probabilities) expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1)
})
