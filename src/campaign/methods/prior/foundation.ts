import type { Annotator } from '../../../annotators/annotator.ts'
import { LabelwrightError } from '../../../core/error.ts'
import { expectedCost } from '../../../core/price.ts'
import type { Question } from '../../../core/question.ts'
import { levelNamed, type Taxonomy, type TaxonomyLevel } from '../../../core/taxonomy.ts'
import type { Campaign } from '../../campaign.ts'
import type { OpenOffer } from '../../offers.ts'

/** The untrusted annotator whose answers about the whole pool are the prior, and the level at which it is asked. */
export interface Foundation {
  readonly annotator: Annotator
  readonly level: TaxonomyLevel
}

/**
 * The foundation model: the one that is named, else the untrusted annotator with the finest level, the cheapest of these.
 *
 * @throws {@link LabelwrightError} `no-foundation` where there is none.
 */
export function foundationOf(
  { annotators, taxonomy }: Pick<Campaign, 'annotators' | 'taxonomy'>,
  name?: string,
): Foundation {
  const able = annotators
    .filter(({ id, trusted }) => !trusted && (name === undefined || id === name))
    .flatMap((annotator) => annotator.questions.flatMap((question) => candidate(annotator, question, taxonomy)))
  const [best] = able.sort((a, b) => b.depth - a.depth || a.price - b.price)
  if (best) return best
  throw new LabelwrightError(
    'no-foundation',
    name === undefined
      ? 'Strategy "prior" has no model to ask about the whole pool: no untrusted annotator is asked for classes.'
      : `Strategy "prior" cannot ask "${name}" about the whole pool: no untrusted annotator of this name is asked for classes.`,
    'Add a model or a recording to the annotators, or choose a strategy for people alone, such as "margin".',
  )
}

/** Whether an offer is that of the foundation model. */
export function isOffered({ annotator, level }: Foundation, offer: OpenOffer): boolean {
  const { question } = offer
  return offer.annotator.id === annotator.id && question.kind === 'classify' && question.level === level.name
}

function candidate(annotator: Annotator, question: Question, taxonomy: Taxonomy) {
  if (question.kind !== 'classify') return []
  const level = levelNamed(taxonomy, question.level)
  return [{ annotator, level, depth: taxonomy.levels.indexOf(level), price: expectedCost(annotator.price, question) }]
}
