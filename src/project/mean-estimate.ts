import type { UsageEstimate } from '../annotators/vlm/money/estimate.ts'
import type { Range } from '../annotators/vlm/money/picture-tokens.ts'

const ends = ['low', 'expected', 'high'] as const

/** The range of the mean; zeros where there is nothing. */
export function meanRange(ranges: readonly Range[]): Range {
  return eachEnd((end) => mean(ranges.map((range) => range[end])))
}

/** The tokens of a typical question. Whole numbers, rounded up; null where there is nothing. */
export function meanUsage(estimates: readonly UsageEstimate[]): UsageEstimate | null {
  if (estimates.length === 0) return null
  return eachEnd((end) => ({
    input: Math.ceil(mean(estimates.map((estimate) => estimate[end].input))),
    output: Math.ceil(mean(estimates.map((estimate) => estimate[end].output))),
  }))
}

export function eachEnd<T>(of: (end: keyof Range) => T): Record<keyof Range, T> {
  return Object.fromEntries(ends.map((end) => [end, of(end)])) as Record<keyof Range, T>
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
