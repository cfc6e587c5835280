import type { Reply } from '../core/answer.ts'
import type { Item } from '../core/item.ts'
import type { Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'

/**
 * Someone who answers questions about items at a price: one of the four doors to the world.
 *
 * - `immediate` annotators (a VLM, a recording, an oracle) answer when asked.
 * - `queued` annotators (people) answer in their own time: their questions wait in the store until someone answers there.
 */
export type Annotator = ImmediateAnnotator | QueuedAnnotator

interface AnnotatorTraits {
  readonly id: string
  readonly price: Price
  /** The questions this annotator can be asked, most useful first. */
  readonly questions: readonly Question[]
  /** Answers may be taken as the truth when channels are estimated and certificates are made. */
  readonly trusted: boolean
}

export interface QueuedAnnotator extends AnnotatorTraits {
  readonly kind: 'queued'
}

export interface ImmediateAnnotator extends AnnotatorTraits {
  readonly kind: 'immediate'
  /** How many questions may be under way at once. */
  readonly concurrency: number
  /** Whether it has anything to say on this item at all; a recording may not. Never asked where this is false. */
  knows(item: Item): boolean
  /**
   * Answers one question. What a model cannot or will not answer is an `abstain` or `outside` answer, not an error.
   *
   * @throws {@link LabelwrightError} when the annotator itself is broken or out of reach; the question stays open.
   */
  ask(item: Item, question: Question, signal: AbortSignal): Promise<Reply>
}
