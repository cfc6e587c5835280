import type { Turn } from '../campaign/run.ts'
import type { Clock } from '../core/clock.ts'
import type { RoundMetrics } from './rounds.ts'

/** Who is told how labelling goes, and how it is called off. */
export interface LabelHooks {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onAnswer?: (annotator: string) => void
  readonly onRound?: (metrics: RoundMetrics, turn: Turn) => void
}
