import { expect, test } from 'vitest'
import { columns } from './columns.ts'

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
