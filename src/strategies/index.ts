/** What to ask next: which item, and for `information` also whom and what. @packageDocumentation */
export { entropy } from './entropy.ts'
export { information, type Choice, type Offer } from './information.ts'
export { margin } from './margin.ts'
export type { PoolView, QueryStrategy } from './query-strategy.ts'
export { random } from './random.ts'
export { queryStrategies, strategyNames, type StrategyName } from './strategies.ts'
