import type { StrategyName } from '../../src/strategies/strategies.ts'

/** The moment in a large campaign at which a step is taken. */
export interface StepCase {
  readonly strategy: StrategyName
  readonly items: number
  /** Of the prepared features. */
  readonly dimensions: number
  /** Items that people have labelled. */
  readonly labels: number
  /** Items about which a model has been heard; 0: there is none. */
  readonly answers: number
}

export const classes = 100

/** What {@link StepCase} measures; the times are medians. */
export interface StepTimes {
  readonly believe: number
  /** From the belief to the questions of the next round. */
  readonly choose: number
  /** Of all cores together, in both. */
  readonly busy: number
  /** Of both, the first time, which includes compiling. */
  readonly cold: number
  /** Resident memory at its highest, reading the input included. */
  readonly peakBytes: number
  /** That the model has earned; null without one. */
  readonly weight: number | null
  /** How many questions were chosen. */
  readonly questions: number
}

/** Where the features of a case lie: cases of one size share them. */
export function inputOf({ items, dimensions }: StepCase): string {
  return `clusters-${items}-${dimensions}`
}
