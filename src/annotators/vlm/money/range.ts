/** What something may come to: at least, most likely, at most. */
export interface Range {
  readonly low: number
  readonly expected: number
  readonly high: number
}

/** Finds each end of a range, or of something like it. */
export function eachEnd<T>(of: (end: keyof Range) => T): Record<keyof Range, T> {
  return { low: of('low'), expected: of('expected'), high: of('high') }
}

/** The range of so many times the same. */
export function times(count: number, range: Range): Range {
  return eachEnd((end) => count * range[end])
}

/** The range of the mean; zeros where there is nothing. */
export function meanRange(ranges: readonly Range[]): Range {
  return eachEnd((end) => mean(ranges.map((range) => range[end])))
}

/** 0 where there is nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
