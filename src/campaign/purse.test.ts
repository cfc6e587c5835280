import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makePurse } from './purse.ts'

const question = fc.record({ most: fc.nat(20), share: fc.double({ min: 0, max: 1, noNaN: true }), ticks: fc.nat(5) })

test('whatever is under way at once, the budget is never passed, and who is turned away could not be paid', async () => {
  const settings = [
    fc.array(question, { minLength: 10, maxLength: 40 }),
    fc.nat(200),
    fc.integer({ min: 1, max: 8 }),
    fc.boolean(),
  ] as const
  await fc.assert(
    fc.asyncProperty(...settings, async (questions, budget, workers, isSlow) => {
      let spent = 0
      let underWay = 0
      const purse = makePurse(budget, isSlow ? async () => setImmediate(await setImmediate(spent)) : () => spent)
      const waiting = [...questions]
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          if (!(await purse.take(next.most))) {
            expect(spent + next.most).toBeGreaterThan(budget)
            continue
          }
          underWay += next.most
          expect(spent + underWay).toBeLessThanOrEqual(budget)
          for (let tick = 0; tick < next.ticks; tick++) await (isSlow ? setImmediate() : null)
          spent += Math.floor(next.share * next.most)
          underWay -= next.most
          purse.putBack(next.most)
        }
      }
      await Promise.all(Array.from({ length: workers }, work))
      expect(underWay).toBe(0)
    }),
    { numRuns: 200 },
  )
})

test('thousands that wait for one answer do not all look into the purse when it comes', async () => {
  let reads = 0
  const purse = makePurse(10, () => {
    reads++
    return 0
  })
  let answered = 0
  const ask = async (): Promise<void> => {
    expect(await purse.take(10)).toBe(true)
    await setImmediate()
    answered++
    purse.putBack(10)
  }
  await Promise.all(Array.from({ length: 1000 }, ask))
  expect(answered).toBe(1000)
  expect(reads).toBeLessThanOrEqual(2000)
})
