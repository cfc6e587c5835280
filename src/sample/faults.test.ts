import { expect, test } from 'vitest'
import { type Fault, makeFaultDice, spoil } from './faults.ts'

const roll = (seed: number): (Fault | null)[] => {
  const dice = makeFaultDice({ shares: { 'rate-limit': 0.2, empty: 0.1 } }, seed)
  return Array.from({ length: 2000 }, dice)
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

test('a spoiled reply is no longer the reply', () => {
  const reply = '{"label":"bee"}'
  expect(() => JSON.parse(spoil(reply, 'broken-json').content) as unknown).toThrow(SyntaxError)
  expect(JSON.parse(spoil(reply, 'invented-label').content)).toEqual({ label: 'iridescent thunderbug' })
  expect(spoil('bee', 'invented-label').content).toBe('iridescent thunderbug')
  expect(spoil(reply, 'endless').finishReason).toBe('length')
  expect(spoil(reply, 'endless').content.length).toBeGreaterThan(5000)
  expect(spoil(reply, 'refusal').content).toContain("can't help")
  expect(spoil(reply, 'empty').content).toBe('')
})
