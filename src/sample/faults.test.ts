import { expect, test } from 'vitest'
import { type Fault, makeFaultDice } from './faults.ts'

const roll = (seed: number): (Fault | null)[] => {
  const dice = makeFaultDice({ shares: { 'rate-limit': 0.2, empty: 0.1 } }, seed)
  return Array.from({ length: 2000 }, () => dice('', 0))
}

test('faults befall their share of requests, the same ones for equal seeds', () => {
  const rolled = roll(1)
  const share = (fault: Fault | null): number => rolled.filter((one) => one === fault).length / rolled.length
  // Three standard deviations of a share of 0.2 over 2000 requests are 0.027.
  expect(Math.abs(share('rate-limit') - 0.2)).toBeLessThan(0.027)
  expect(Math.abs(share('empty') - 0.1)).toBeLessThan(0.021)
  expect(Math.abs(share(null) - 0.7)).toBeLessThan(0.031)
  expect(roll(1)).toEqual(rolled)
  expect(roll(2)).not.toEqual(rolled)
})

test('shares that sum to more than one are refused', () => {
  expect(() => makeFaultDice({ shares: { cut: 0.7, empty: 0.6 } }, 1)).toThrow(
    expect.objectContaining({ code: 'bad-sample-options' }),
  )
})

test('drawn by content, a request meets the same faults in any order, and others when it is sent again', () => {
  const makeDice = () => makeFaultDice({ shares: { cut: 0.5 }, drawnBy: 'content' }, 1)
  const contents = Array.from({ length: 50 }, (_, i) => `request ${i}`)
  const rollAll = (names: readonly string[], before: number): Map<string, Fault | null> => {
    const dice = makeDice()
    return new Map(names.map((name) => [name, dice(name, before)]))
  }
  const first = rollAll(contents, 0)
  expect(new Map([...rollAll(contents.toReversed(), 0)].toReversed())).toEqual(first)
  expect(new Set(first.values())).toEqual(new Set(['cut', null]))
  expect(rollAll(contents, 1)).not.toEqual(first)
})
