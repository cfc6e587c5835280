import type { Reply } from '../../core/answer.ts'
import { LabelwrightError } from '../../core/error.ts'
import { expectedCost, type Price } from '../../core/price.ts'
import { fineLevel, levelNamed, type Taxonomy } from '../../core/taxonomy.ts'
import type { ImmediateAnnotator } from '../annotator.ts'
import type { RetrievedItem } from './retrieved-item.ts'

export interface RetrievalAnnotatorOptions {
  readonly id: string
  readonly taxonomy: Taxonomy
  readonly items: readonly RetrievedItem[]
  /** Default: nothing. */
  readonly price?: Price
}

/**
 * Retrieval as an annotator: says of each retrieved item what its caption names, at any level, so that it can be measured and estimated like
 * any other. It knows no other items, and is never trusted.
 *
 * @throws {@link LabelwrightError} when asked, `question-not-supported` for anything but `classify`, and `unknown-level`.
 */
export function retrievalAnnotator(options: RetrievalAnnotatorOptions): ImmediateAnnotator {
  const { id, taxonomy, items, price = { kind: 'answer', amount: 0 } } = options
  const byId = new Map(items.map((item) => [item.id, item]))
  return {
    kind: 'immediate',
    id,
    price,
    questions: [{ kind: 'classify', level: fineLevel(taxonomy).name }],
    trusted: false,
    concurrency: 1024,
    knows: (item) => byId.has(item.id),
    ask: async (item, question): Promise<Reply> => {
      if (question.kind !== 'classify') {
        throw new LabelwrightError(
          'question-not-supported',
          `"${id}" was asked "${question.kind}", but captions only say which class they name.`,
          'Ask it to classify.',
        )
      }
      const level = levelNamed(taxonomy, question.level)
      const found = byId.get(item.id)
      if (!found) return { answer: { kind: 'abstain', reason: 'not retrieved' }, cost: 0, seconds: null }
      const label = level.classes[level.groupOf[found.label]!]!.name
      const confidence = found.similarity === null ? {} : { confidence: Math.max(0, found.similarity) }
      return { answer: { kind: 'label', label, ...confidence }, cost: expectedCost(price, question), seconds: null }
    },
  }
}
