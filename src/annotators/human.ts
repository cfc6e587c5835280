import type { Price } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import type { QueuedAnnotator } from './annotator.ts'

export interface HumanOptions {
  readonly id: string
  readonly price: Price
  readonly questions: readonly Question[]
  readonly trusted: boolean
  /** Default false. */
  readonly verifies?: boolean
}

/** A person: their questions wait in the store until they answer them on the page. */
export function makeHuman({ id, price, questions, trusted, verifies }: HumanOptions): QueuedAnnotator {
  return { kind: 'queued', id, price, questions, trusted, ...(verifies && { verifies }) }
}
