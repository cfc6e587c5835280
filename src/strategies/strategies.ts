import { entropy } from './entropy.ts'
import { margin } from './margin.ts'
import type { QueryStrategy } from './query-strategy.ts'
import { random } from './random.ts'

/** Every strategy that `labelwright.yaml` may name. */
export type StrategyName = 'random' | 'entropy' | 'margin' | 'information'

/** The strategies that rank items for one annotator; `information` also chooses the annotator and the question. */
export const queryStrategies: Readonly<Record<Exclude<StrategyName, 'information'>, QueryStrategy>> = {
  random,
  entropy,
  margin,
}

export const strategyNames: readonly StrategyName[] = ['information', 'margin', 'entropy', 'random']
