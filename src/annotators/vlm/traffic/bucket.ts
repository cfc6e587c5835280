/** A bucket that fills at a steady rate; what is taken from it never exceeds that rate by more than one bucket. Times are in milliseconds. */
export interface Bucket {
  /** Until so much may be taken; 0: now. More than the bucket holds may be taken once it is full, and is waited for afterwards. */
  waitMs(amount: number, now: number): number
  take(amount: number, now: number): void
  /** What was taken and not used; negative for what was used on top of it. */
  giveBack(amount: number, now: number): void
  /** Takes out whatever is above this. */
  lower(amount: number, now: number): void
}

/** A larger bucket lets twice the rate through in its first period, because it refills while it drains. */
const burstMs = 50

/** Makes a full bucket. */
export function makeBucket(perMinute: number, now: number): Bucket {
  const perMs = perMinute / 60_000
  const capacity = Math.max(1, perMs * burstMs)
  let level = capacity
  let filledAt = now

  const levelAt = (time: number): number => {
    // What was given back may stand above the brim: it was taken within the rate.
    if (level < capacity) level = Math.min(capacity, level + Math.max(0, time - filledAt) * perMs)
    filledAt = time
    return level
  }
  return {
    waitMs: (amount, time) => Math.max(0, Math.min(amount, capacity) - levelAt(time)) / perMs,
    take: (amount, time) => {
      level = levelAt(time) - amount
    },
    giveBack: (amount, time) => {
      level = levelAt(time) + amount
    },
    lower: (amount, time) => {
      level = Math.min(levelAt(time), amount)
    },
  }
}
