import { setImmediate } from 'node:timers/promises'

const rowsBetweenPauses = 2000

/** Makes a door that lets tasks in one at a time, in the order they came; a task that fails does not hold up the next. */
export function makeTurns(): <T>(task: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const turn = last.then(task)
    last = turn.catch(() => {})
    return turn
  }
}

/** Walks over many rows, letting the event loop run every few milliseconds: a statement of `node:sqlite` blocks it. */
export async function eachWithPauses<T>(rows: Iterable<T>, visit: (row: T, index: number) => void): Promise<void> {
  let index = 0
  for (const row of rows) {
    visit(row, index++)
    if (index % rowsBetweenPauses === 0) await setImmediate()
  }
}
