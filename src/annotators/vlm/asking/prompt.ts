import type { Item } from '../../../core/item.ts'

/** One message to a model, and the form of its reply. Pictures go in front of the text that is about them. */
export interface Prompt {
  /** The last turn: instructions, choices, and the fenced text where the item is one. */
  readonly text: string
  /** Turns before it: items whose answer is known. */
  readonly shots: readonly Shot[]
  /** What the reply must look like; null: free text. */
  readonly schema: JsonSchema | null
  /** Longest reply, in tokens. */
  readonly maxOutputTokens: number
  /** Ask for the log-probabilities of the reply's tokens. */
  readonly logprobs: boolean
}

/** As much of JSON Schema as our replies need, and every server knows. */
export interface JsonSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer'
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: false
  readonly items?: JsonSchema
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
}

/** A turn with an item whose answer is known, and the reply that would have been right. */
export interface Shot {
  readonly item: Item
  readonly text: string
  readonly reply: string
}
