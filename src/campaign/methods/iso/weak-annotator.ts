import type { Annotator } from '../../../annotators/annotator.ts'
import { LabelwrightError } from '../../../core/error.ts'
import type { Micros } from '../../../core/money.ts'
import { expectedCost } from '../../../core/price.ts'
import { questionKey, type Question } from '../../../core/question.ts'
import type { TaxonomyLevel } from '../../../core/taxonomy.ts'
import type { Campaign } from '../../campaign.ts'
import type { OpenOffer } from '../../offers.ts'

/** The annotator that is asked for weak labels, and what it is asked. */
export interface WeakAnnotator {
  readonly id: string
  readonly question: Question
  /** The coarse level, whose `groupOf` is the parent map. */
  readonly level: TaxonomyLevel
}

/**
 * Of the untrusted annotators, the one that can be asked about the coarsest level; of several the cheapest, then the first.
 *
 * @param name - Only the annotator of this id.
 * @throws {@link LabelwrightError} `no-weak-annotator`.
 */
export function weakAnnotator({ annotators, taxonomy }: Campaign, name?: string): WeakAnnotator {
  const able = annotators
    .filter(({ id, trusted }) => !trusted && (name === undefined || id === name))
    .flatMap((annotator) => questionsByDepth(annotator, taxonomy.levels))
    .sort((a, b) => a.depth - b.depth || a.price - b.price)
  if (able[0]) return able[0]
  throw new LabelwrightError(
    'no-weak-annotator',
    name === undefined
      ? 'Strategy iso asks people and a weak annotator, but every annotator that can be asked for a class is trusted.'
      : `Strategy iso is to ask "${name}", but no untrusted annotator of that name can be asked for a class.`,
    'Add a model or a recording that is not trusted, best one that names coarse classes, or choose another strategy.',
  )
}

/** Whether an offer is that of the weak annotator. */
export function isOffered({ id, question }: WeakAnnotator, offer: OpenOffer): boolean {
  return offer.annotator.id === id && questionKey(offer.question) === questionKey(question)
}

type Able = WeakAnnotator & { readonly depth: number; readonly price: Micros }

function questionsByDepth({ id, questions, price }: Annotator, levels: readonly TaxonomyLevel[]): Able[] {
  return questions.flatMap((question) => {
    const depth = question.kind === 'classify' ? levels.findIndex(({ name }) => name === question.level) : -1
    return depth < 0 ? [] : [{ id, question, level: levels[depth]!, depth, price: expectedCost(price, question) }]
  })
}
