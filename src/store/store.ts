import type { Answer, Provenance } from '../core/answer.ts'
import type { Item } from '../core/item.ts'
import type { Micros } from '../core/money.ts'
import type { Question } from '../core/question.ts'

/**
 * The ledger and the queue of one campaign: one of the four doors to the world.
 *
 * The ledger is append-only: what was answered is never changed or removed. Every method is one transaction; what it has returned from is
 * on disk (a lease need not outlive a power cut). Any number of processes may hold the same store open.
 */
export interface Store {
  /**
   * Registers the items in order; their index is their place in this list. A second call with the same list does nothing.
   *
   * @throws {@link LabelwrightError} `dataset-changed` when the store already holds another list.
   */
  registerItems(items: readonly Item[]): Promise<void>

  /** A small JSON value kept with the campaign, or undefined. */
  readNote(name: string): Promise<unknown>

  /** @throws {@link LabelwrightError} `bad-note` for a value that JSON cannot hold. */
  writeNote(name: string, value: unknown): Promise<void>

  /**
   * Adds one round's questions to the queue and reserves their cost, all or nothing. A round that was planned before stays as it is.
   *
   * @param cap - Spent plus reserved money must not exceed this.
   * @returns False when the round had been planned already.
   * @throws {@link LabelwrightError} `over-budget`, `round-out-of-order`, `already-asked` (open or answered), `unknown-item` or
   *   `bad-money`, and nothing is planned.
   */
  planRound(round: number, questions: readonly PlannedQuestion[], cap: Micros): Promise<boolean>

  /** The number of rounds planned so far: they are `0..n-1`. */
  plannedRounds(): Promise<number>

  /**
   * Takes up to `limit` open questions of one annotator, oldest first, and leases them: nobody else gets them before `now + leaseMs`,
   * unless they are released. `now` is in milliseconds since 1970.
   */
  claim(annotator: string, options: ClaimOptions): Promise<readonly QueuedQuestion[]>

  /** Frees every lease of one annotator: for the process that alone answers for it, when it starts again after a crash. */
  reclaim(annotator: string): Promise<void>

  /** Gives claimed questions back unanswered; whichever are answered by now stay so. */
  release(questions: readonly QuestionKey[]): Promise<void>

  /**
   * Appends answers to the ledger, closes their questions, turns their reservation into spend. An answer whose key is already in the
   * ledger is ignored: answering twice is harmless.
   *
   * @returns How many answers were new.
   * @throws {@link LabelwrightError} `unknown-question` for an answer to a question that was never planned, `bad-money` for a cost
   *   that is no whole number of micros; nothing of this call is written.
   */
  record(answers: readonly NewAnswer[]): Promise<number>

  /** The whole ledger, ordered by item, annotator, question and attempt. */
  answers(): Promise<readonly LedgerEntry[]>

  /** How many questions are still open, per annotator; annotators without open questions are absent. */
  openQuestions(): Promise<ReadonlyMap<string, number>>

  /** Money per annotator and round, from counters kept by the writers. */
  spend(): Promise<readonly SpendRow[]>

  close(): Promise<void>
}

/** What identifies an answer: it can be given once. `attempt` counts repeats of the same question, from 0. */
export interface QuestionKey {
  /** Index of the item, as registered. */
  readonly item: number
  readonly annotator: string
  readonly question: Question
  readonly attempt: number
}

export interface PlannedQuestion extends QuestionKey {
  /** What the answer is expected to cost at most; reserved until it is known. */
  readonly reserved: Micros
  /**
   * Why it is asked: `seed` (the random start), `learn` (chosen by the strategy), `audit` (drawn uniformly for the certificate).
   */
  readonly purpose: 'seed' | 'learn' | 'audit'
}

export interface QueuedQuestion extends PlannedQuestion {
  readonly round: number
}

export interface NewAnswer extends QuestionKey {
  readonly answer: Answer
  readonly cost: Micros
  /** How long the annotator took; null where nobody measured it. */
  readonly seconds: number | null
  /** Where a model was asked: how its answer came about. */
  readonly how?: Provenance
}

export interface LedgerEntry extends NewAnswer {
  readonly round: number
  readonly purpose: PlannedQuestion['purpose']
}

export interface ClaimOptions {
  readonly limit: number
  readonly now: number
  readonly leaseMs: number
}

export interface SpendRow {
  readonly annotator: string
  readonly round: number
  readonly answers: number
  readonly spent: Micros
  /** Reserved for questions still open. */
  readonly reserved: Micros
}
