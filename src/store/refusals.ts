import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'
import { fromMicros } from '../core/money.ts'
import type { Micros } from '../core/money.ts'
import { questionKey } from '../core/question.ts'
import type { QuestionKey } from './store.ts'

// What every store refuses, in the same words whatever the engine.

/** Another list of items than the one registered; `held` and `given` are what differs first. */
export function datasetChanged(index: number, held: string, given: string): LabelwrightError {
  return new LabelwrightError(
    'dataset-changed',
    `The ledger was started with another dataset: at place ${index} it holds ${held}, the dataset now has ${given}.`,
    'Bring the dataset back to what it was, or start a new project folder for the new one.',
  )
}

/** How {@link datasetChanged} speaks of an item. */
export function describeItem(item: { readonly id: string; readonly kind: Item['source']['kind'] } | undefined): string {
  return item ? `${item.id} (${item.kind})` : 'no item'
}

/** A round planned before its predecessors; `planned` rounds are there. */
export function roundOutOfOrder(round: number, planned: number): LabelwrightError {
  return new LabelwrightError(
    'round-out-of-order',
    `Round ${round} cannot be planned: the next round is ${planned}.`,
    'Plan the rounds one after the other, from 0.',
  )
}

/** A round that would reserve more than what is left under the cap. */
export function overBudget(round: number, wanted: Micros, left: Micros): LabelwrightError {
  return new LabelwrightError(
    'over-budget',
    `Round ${round} would reserve ${fromMicros(wanted)} of the currency, but only ${fromMicros(left)} of the budget is left.`,
    'Plan fewer questions, or raise the budget.',
  )
}

/** A question that is open or answered, or twice in one plan. */
export function alreadyAsked(key: QuestionKey): LabelwrightError {
  return new LabelwrightError(
    'already-asked',
    `${describeKey(key)} was planned before.`,
    'Leave it out of the plan, or raise its attempt number to ask again.',
  )
}

/** A question about an index beyond the registered items. */
export function unknownItem(key: QuestionKey, items: number): LabelwrightError {
  return new LabelwrightError(
    'unknown-item',
    `${describeKey(key)} is about no registered item: there are ${items}.`,
    'Register the items first, and name them by their index.',
  )
}

/** An answer whose question is neither open nor answered. */
export function unknownQuestion(key: QuestionKey): LabelwrightError {
  return new LabelwrightError(
    'unknown-question',
    `${describeKey(key)} was answered, but never planned.`,
    'Plan a question before recording its answer; check that the answer belongs to this campaign.',
  )
}

/** Refuses what is no whole, non-negative number of micros (`bad-money`): one such row would spoil every sum. */
export function checkMicros(micros: Micros, key: QuestionKey): void {
  if (Number.isSafeInteger(micros) && micros >= 0) return
  throw new LabelwrightError(
    'bad-money',
    `${describeKey(key)} comes with ${micros} micros.`,
    'Give a whole number of millionths of the currency, from 0 up.',
  )
}

function describeKey({ item, annotator, question, attempt }: QuestionKey): string {
  return `The question "${questionKey(question)}" to "${annotator}" about item ${item} (attempt ${attempt})`
}

/** A note that JSON cannot hold, such as undefined or a function. */
export function noJson(name: string, value: unknown): LabelwrightError {
  return new LabelwrightError(
    'bad-note',
    `The note "${name}" is ${typeof value}.`,
    'Write a value that JSON can hold, such as null.',
  )
}
