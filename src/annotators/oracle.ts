import type { Answer } from '../core/answer.ts'
import type { Item } from '../core/item.ts'
import { expectedCost, type Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import { makeRng } from '../core/rng.ts'
import { classIndex, classMembers, fineLevel, levelNamed, type Taxonomy } from '../core/taxonomy.ts'
import type { ImmediateAnnotator } from './annotator.ts'
import { makeMistake, type Noise } from './oracle-noise.ts'

export interface OracleOptions {
  readonly id: string
  readonly price: Price
  readonly questions: readonly Question[]
  /** It can also be asked whether a class is right. Default false. */
  readonly verifies?: boolean
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
 * @throws {@link LabelwrightError} `bad-noise` for noise that is no probability or is not about `k` classes.
 */
export function makeOracle(options: OracleOptions): ImmediateAnnotator {
  const { id, price, questions, verifies, trusted, taxonomy, seed } = options
  const fineIndex = classIndex(fineLevel(taxonomy))
  const mistake = makeMistake(options.noise ?? 0, taxonomy)
  const membersOf = classMembers(taxonomy)
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
        return { kind: 'labels', labels: question.labels.filter((label) => membersOf(label).has(believed)) }
      case 'verify':
        return { kind: 'verdict', approved: membersOf(question.label).has(believed) }
    }
  }

  return {
    kind: 'immediate',
    id,
    price,
    questions,
    ...(verifies && { verifies }),
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
