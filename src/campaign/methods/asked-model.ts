import type { Annotator } from '../../annotators/annotator.ts'
import { expectedCost } from '../../core/price.ts'
import { levelNamed, type TaxonomyLevel } from '../../core/taxonomy.ts'
import type { Campaign } from '../campaign.ts'
import type { OpenOffer } from '../offers.ts'

/** An annotator that is not trusted, and the level at which it is asked for classes. */
export interface AskedModel {
  readonly annotator: Annotator
  readonly level: TaxonomyLevel
}

/** What a model is chosen from. */
export type Askable = Pick<Campaign, 'annotators' | 'taxonomy'>

/**
 * Of the untrusted annotators that can be asked for classes, the one with the coarsest or the finest level; of several the cheapest, then the
 * first. A level of one class tells nothing, and counts only where there is no other. Undefined where there is none.
 *
 * @param name - Only the annotator of this id.
 */
export function modelWith(
  end: 'coarsest' | 'finest',
  { annotators, taxonomy }: Askable,
  name?: string,
): AskedModel | undefined {
  const turn = end === 'coarsest' ? 1 : -1
  return annotators
    .filter(({ id, trusted }) => !trusted && (name === undefined || id === name))
    .flatMap((annotator) =>
      annotator.questions.flatMap((question) => {
        if (question.kind !== 'classify') return []
        const level = levelNamed(taxonomy, question.level)
        const rank = level.classes.length > 1 ? turn * taxonomy.levels.indexOf(level) : Infinity
        return [{ annotator, level, rank, price: expectedCost(annotator.price, question) }]
      }),
    )
    .sort((a, b) => (a.rank === b.rank ? a.price - b.price : a.rank - b.rank))
    .at(0)
}

/** Whether an offer is that of the model. */
export function isOffered({ annotator, level }: AskedModel, { annotator: { id }, question }: OpenOffer): boolean {
  return id === annotator.id && question.kind === 'classify' && question.level === level.name
}
