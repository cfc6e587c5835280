import type { Answer } from '../core/answer.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'
import { expectedCost, type Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import { makeRng, type Rng } from '../core/rng.ts'
import { classIndex, fineLevel, levelNamed, type Taxonomy } from '../core/taxonomy.ts'
import type { ImmediateAnnotator } from './annotator.ts'

/**
 * How an oracle errs: with probability `rate` it takes an item for another class; a bare number is a `uniform` rate.
 *
 * - `uniform`: any other fine class.
 * - `look-alike`: another class of the same group, or any other class where the group has one. `confusable`, shape `[k]`, gives each fine
 *   class its group; default: its class at the level above the fine one.
 */
export type Noise =
  | number
  | { readonly kind: 'uniform' | 'look-alike'; readonly rate: number; readonly confusable?: Int32Array }

export interface OracleOptions {
  readonly id: string
  readonly price: Price
  readonly questions: readonly Question[]
  readonly trusted: boolean
  /** The label column that holds the fine class. */
  readonly labels: string
  readonly taxonomy: Taxonomy
  /** Default 0: always right. */
  readonly noise?: Noise
  readonly seed: number
}

/**
 * Answers from a label column, for simulations.
 *
 * Noise is drawn once per item, not per question: an oracle that takes a moth for a bee says so however it is asked, and asking again does
 * not help. Items without a label of the taxonomy are not known to it.
 *
 * @throws {@link LabelwrightError} `bad-noise` for a rate outside `[0, 1]` or a `confusable` of another length than `k`.
 */
export function makeOracle(options: OracleOptions): ImmediateAnnotator {
  const { id, price, questions, trusted, taxonomy, seed } = options
  const fineIndex = classIndex(fineLevel(taxonomy))
  const mistake = makeMistake(options.noise ?? 0, taxonomy)
  const isIn = makeMembership(taxonomy)
  const labelledClass = (item: Item): number => {
    const label = item.labels[options.labels]
    return label === undefined ? -1 : fineIndex(label)
  }

  const answer = (believed: number, question: Question): Answer => {
    switch (question.kind) {
      case 'classify': {
        const level = levelNamed(taxonomy, question.level)
        return { kind: 'label', label: level.classes[level.groupOf[believed]!]!.name }
      }
      case 'select':
        return { kind: 'labels', labels: question.labels.filter((label) => isIn(believed, label)) }
      case 'verify':
        return { kind: 'verdict', approved: isIn(believed, question.label) }
    }
  }

  return {
    kind: 'immediate',
    id,
    price,
    questions,
    trusted,
    concurrency: 1024,
    knows: (item) => labelledClass(item) >= 0,
    ask: async (item, question) => {
      const truth = labelledClass(item)
      // Its class was taken out of the taxonomy after the question was planned.
      if (truth < 0) return { answer: { kind: 'abstain', reason: 'no label' }, cost: 0, seconds: null }
      return {
        answer: answer(mistake(truth, makeRng(seed, 'noise', id, item.id)), question),
        cost: expectedCost(price, question),
        seconds: price.kind === 'hourly' ? price.secondsPerQuestion[question.kind] : null,
      }
    },
  }
}

/** What the oracle takes a fine class for. */
function makeMistake(noise: Noise, taxonomy: Taxonomy): (fine: number, rng: Rng) => number {
  const { k, levels } = taxonomy
  const { kind, rate, confusable } = typeof noise === 'number' ? { kind: 'uniform', rate: noise } : noise
  if (!(rate >= 0 && rate <= 1)) {
    throw new LabelwrightError('bad-noise', `A noise rate of ${rate} is no probability.`, 'Give a number from 0 to 1.')
  }
  const groupOf = kind === 'uniform' ? undefined : (confusable ?? levels.at(-2)?.groupOf)
  if (groupOf && groupOf.length !== k) {
    throw new LabelwrightError(
      'bad-noise',
      `"confusable" has ${groupOf.length} entries, but there are ${k} fine classes.`,
      'Give one group number per fine class.',
    )
  }
  const all = Array.from({ length: k }, (_, fine) => fine)
  return (fine, rng) => {
    if (rng.uniform() >= rate) return fine
    const alike = groupOf ? all.filter((other) => groupOf[other] === groupOf[fine]) : all
    const choices = alike.length > 1 ? alike : all
    if (choices.length === 1) return fine
    const drawn = rng.below(choices.length - 1)
    return choices[drawn < choices.indexOf(fine) ? drawn : drawn + 1]!
  }
}

/** Whether a fine class is, or lies under, the class of this name; the finest level that knows the name decides. */
function makeMembership(taxonomy: Taxonomy): (fine: number, label: string) => boolean {
  const levels = taxonomy.levels.map((level) => ({ groupOf: level.groupOf, indexOf: classIndex(level) })).reverse()
  return (fine, label) => {
    for (const { groupOf, indexOf } of levels) {
      const index = indexOf(label)
      if (index >= 0) return groupOf[fine] === index
    }
    return false
  }
}
