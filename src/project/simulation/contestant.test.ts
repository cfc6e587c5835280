import { expect, test } from 'vitest'
import { parseContestants } from './contestant.ts'

test('a strategy and the same strategy with options are two contestants', () => {
  expect(parseContestants('margin, iso,iso:matrix=none:refresh=false:weakShare=0.3:annotator=7')).toEqual([
    { name: 'margin', strategy: 'margin', options: {} },
    { name: 'iso', strategy: 'iso', options: {} },
    {
      name: 'iso:matrix=none:refresh=false:weakShare=0.3:annotator=7',
      strategy: 'iso',
      options: { matrix: 'none', refresh: false, weakShare: 0.3, annotator: '7' },
    },
  ])
})

test.each([
  ['magic', 'There is no strategy "magic".', 'There are: information, margin'],
  ['', 'There is no strategy "".', 'There are: '],
  ['margin,random,margin', 'The strategy margin stands there twice.', '--seeds'],
  ['margin:rho=1', 'The strategy margin has no option "rho".', 'It has none; iso and prior have some.'],
  [
    'iso:rho=1',
    'The strategy iso has no option "rho".',
    'It knows: matrix=… (smoothed, plain, none); refresh=… (true or false)',
  ],
  ['iso:toString=1', 'The strategy iso has no option "toString".', 'It knows: '],
  ['iso:matrix=none:matrix=plain', 'iso:matrix stands there twice.', 'Write it once.'],
  ['iso:matrix', 'iso:matrix is "".', 'Write smoothed, plain, none.'],
  ['prior:rho=0', 'prior:rho is "0".', 'Write a share above 0, up to 1, such as 0.3.'],
  ['prior:rho=NaN', 'prior:rho is "NaN".', 'Write a share'],
])('%j is refused with what can be said', (text, problem, fix) => {
  expect(() => parseContestants(text)).toThrow(
    expect.objectContaining({ code: 'bad-option', problem, fix: expect.stringContaining(fix) }),
  )
})
