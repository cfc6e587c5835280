import type { Item } from '../../../core/item.ts'
import type { Question } from '../../../core/question.ts'
import type { Taxonomy } from '../../../core/taxonomy.ts'
import type { TrustedExample } from '../../annotator.ts'
import type { Exchange } from '../exchange.ts'
import type { Reading } from '../reading/reading.ts'
import type { Prompt } from './prompt.ts'

/** A question to be put to a model, with everything that decides the wording. Equal ones are worded alike. */
export interface Asked {
  readonly item: Item
  readonly question: Question
  readonly taxonomy: Taxonomy
  /** Draws the order of the options, with the item and the sample. */
  readonly seed: number
  /** Counts the times that one question is asked for self-consistency, from 0. */
  readonly sample: number
  /** The most labels in one message of the batched way. */
  readonly chunk: number
  /** Where the model's confidence is taken from; `none`: it is not asked. */
  readonly confidence: 'none' | 'stated' | 'logprobs'
  readonly examples: readonly TrustedExample[]
  readonly maxOutputTokens: number
}

/** What comes next: messages to be sent side by side, or the answer. */
export type Step =
  | { readonly kind: 'ask'; readonly prompts: readonly Prompt[] }
  | { readonly kind: 'answer'; readonly reading: Reading }

/** A way of putting questions to a model: pure, from what was asked and the replies so far to the next step. */
export interface Way {
  /** Name and number; changes with every change of the wording, so that old replies are not taken for new ones. */
  readonly version: string
  /** The kinds of question that can be put this way. */
  readonly questions: readonly Question['kind'][]
  /** @param said - The replies to the prompts of each step so far, in their order. */
  next(asked: Asked, said: readonly (readonly Exchange[])[]): Step
  /** The most messages that one question can take. */
  mostCalls(asked: Asked): number
}
