/** Items, taxonomies, questions, answers, money, errors and seeded chance: what all other folders speak of. @packageDocumentation */
export type { Answer, Provenance, Reply } from './answer.ts'
export type { Clock } from './clock.ts'
export { LabelwrightError } from './error.ts'
export type { Item, ItemSource, Quarantined } from './item.ts'
export { formatMoney, fromMicros, toMicros, type Micros } from './money.ts'
export { atBatchPrice, expectedCost, tokenCost, type BilledUsage, type Price, type TokenPrice } from './price.ts'
export { questionKey, type Question } from './question.ts'
export { makeRng, permutation, type Rng } from './rng.ts'
export {
  classIndex,
  fineLevel,
  levelNamed,
  makeTaxonomy,
  type ClassSpec,
  type Taxonomy,
  type TaxonomyLevel,
} from './taxonomy.ts'
