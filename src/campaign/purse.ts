import type { Micros } from '../core/money.ts'

/** The budget while questions are under way: what was spent, and the most that the answers still out can cost, never exceed it together. */
export interface Purse {
  /**
   * Sets money aside, first come first served; waits for answers under way where they may cost less than was set aside.
   *
   * @returns False: the rest does not pay for it.
   */
  take(most: Micros): Promise<boolean>
  /** The answer is counted as spent, or will not come. */
  putBack(most: Micros): void
}

/** @param readSpent - What was spent so far; asked by one at a time, however many wait. */
export function makePurse(budget: Micros, readSpent: () => Micros | Promise<Micros>): Purse {
  let underWay = 0
  let wake = (): void => undefined
  let before: Promise<unknown> = Promise.resolve()

  const takeNext = async (most: Micros): Promise<boolean> => {
    for (;;) {
      const { promise: somethingCameBack, resolve } = Promise.withResolvers<void>()
      wake = resolve
      // What comes back while it is read may not be among what was spent: it counts as under way once more.
      const held = underWay
      const spent = budget === Infinity ? 0 : await readSpent()
      if (spent + held + most <= budget) {
        underWay += most
        return true
      }
      if (held === 0) return false
      await somethingCameBack
    }
  }
  return {
    take: (most) => {
      const taken = before.then(() => takeNext(most))
      before = taken
      return taken
    },
    putBack: (most) => {
      underWay -= most
      wake()
    },
  }
}
