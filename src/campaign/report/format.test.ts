import { expect, test } from 'vitest'
import { amount, counted, money, percent, percentAtLeast, px, roughPercent, width } from './format.ts'

const plain = (text: string): string => text.replaceAll('\u00a0', ' ')

test('only certainty is called 100 %, and only impossibility 0 %', () => {
  expect([1, 0.99999, 0.9534, 0.0001, 0].map(percent).map(plain)).toEqual([
    '100.0 %',
    '99.9 %',
    '95.3 %',
    '0.1 %',
    '0.0 %',
  ])
  expect([1, 0.234, 0.001, 0].map(roughPercent).map(plain)).toEqual(['100 %', '23 %', '<1 %', '0 %'])
})

test('a lower bound is rounded down, but not below a share that was written with one decimal', () => {
  expect(plain(percentAtLeast(0.9529))).toBe('95.2 %')
  expect(plain(percentAtLeast(0.953))).toBe('95.3 %')
})

test('amounts show cents only where there are cents, and two digits where they are tiny', () => {
  expect([212, 2000, 3.5, 0.02, 0.00213].map(amount)).toEqual(['212', '2,000', '3.50', '0.02', '0.0021'])
  expect([1, 2].map((value) => plain(money(value, 'units')))).toEqual(['1 unit', '2 units'])
})

test('one thing is counted in the singular', () => {
  expect([counted(1, 'pictures'), counted(0, 'pictures'), counted(2000, 'pictures')]).toEqual([
    '1 picture',
    '0 pictures',
    '2,000 pictures',
  ])
})

test('what is no number is a dash in words and zero in pictures', () => {
  expect([percent(NaN), percentAtLeast(NaN), roughPercent(NaN), amount(NaN)]).toEqual(['–', '–', '–', '–'])
  expect([px(NaN), px(Infinity), width(1, 0), width(0, 0), width(NaN, 1)]).toEqual([0, 0, '100%', '0%', '0%'])
})
