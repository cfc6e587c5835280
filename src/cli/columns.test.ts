import { expect, test } from 'vitest'
import { columns, tables } from './columns.ts'

test('words stand to the left, numbers to the right, and a column of nothing stands nowhere', () => {
  const rows = [
    ['anna', '', '1,200', '0.50 (0.10–2.00)'],
    ['gpt-4o', '', '7', '–'],
  ]
  expect(columns(['who', 'seconds', 'answers', 'EUR'], rows)).toEqual([
    'who     answers               EUR',
    'anna      1,200  0.50 (0.10–2.00)',
    'gpt-4o        7                 –',
  ])
})

test('a table wider than the terminal goes on below, each part with the columns that say what its rows are', () => {
  const header = ['model', 'right', '', 'calls', 'seconds']
  const rows = [
    ['gpt', '7', '', '1', '0.5'],
    ['qwen', '12', '', '2', '0.25'],
  ]
  expect(tables(header, rows, { keys: 1, width: 21 })).toEqual([
    ['model  right  calls', 'gpt        7      1', 'qwen      12      2'],
    ['model  seconds', 'gpt        0.5', 'qwen      0.25'],
  ])
  expect(tables(header, rows, { keys: 1, width: Infinity })).toEqual([columns(header, rows)])
  // Too narrow for anything: one column at a time.
  expect(tables(header, rows, { keys: 1, width: 5 }).length).toBeLessThanOrEqual(4)
})
