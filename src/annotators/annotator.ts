import type { Reply } from '../core/answer.ts'
import type { Item } from '../core/item.ts'
import type { Micros } from '../core/money.ts'
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
  /** It can also be asked whether a fine class is right: `verify`, with any of their names. */
  readonly verifies?: boolean
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
  /** It is shown items with a trusted label before it is asked; without them it is not asked at all. */
  readonly wantsExamples?: boolean
  /** The most that one answer can cost, where that is more than the expected price; reserved while the question is under way. */
  readonly mostCost?: (question: Question) => Micros
  /** How long an answer may take; default ten minutes. */
  readonly patienceMs?: number
  /** What the hash in `Provenance.prompt` stands for, as a JSON value. */
  readonly prompts?: Readonly<Record<string, unknown>>
  /** Whether it has anything to say on this item at all; a recording may not. Never asked where this is false. */
  knows(item: Item): boolean
  /**
   * Answers one question. What a model cannot or will not answer is an `abstain` or `outside` answer, not an error.
   *
   * @param signal - Once it is aborted nothing new is sent; what has been sent is paid for, and is waited for.
   * @param examples - What {@link ImmediateAnnotator.wantsExamples} asks for.
   * @throws {@link LabelwrightError} when the annotator itself is broken or out of reach; the question stays open.
   */
  ask(item: Item, question: Question, signal: AbortSignal, examples?: readonly TrustedExample[]): Promise<Reply>
}

/** An item whose label a trusted annotator gave. */
export interface TrustedExample {
  readonly item: Item
  /** A fine class. */
  readonly label: string
}
