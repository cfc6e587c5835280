import type { Micros } from '../core/money.ts'

/** The budget while questions are under way: what was spent, and the most that the answers still out can cost, never exceed it together. */
export interface Purse {
  /** Sets money aside; waits for answers under way where they may cost less than was set aside. @returns False: the rest does not pay for it. */
  take(most: Micros): Promise<boolean>
  /** The answer is counted as spent, or will not come. */
  putBack(most: Micros): void
}

/** @param readSpent - What was spent so far. */
export function makePurse(budget: Micros, readSpent: () => Micros | Promise<Micros>): Purse {
  let underWay = 0
  let waiting: (() => void)[] = []
  const take = async (most: Micros): Promise<boolean> => {
    for (;;) {
      const spent = budget === Infinity ? 0 : await readSpent()
      // No pause between here and the sum: what two callers see at once must not be promised twice.
      if (spent + underWay + most <= budget) {
        underWay += most
        return true
      }
      if (underWay === 0) return false
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  return {
    take,
    putBack: (most) => {
      underWay -= most
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
  }
}
