import type { Exchange } from '../exchange.ts'
import { findJsonValues, isBrokenJson, type JsonValues } from './reply-json.ts'
import type { Form, Reading } from './reading.ts'
import { endsInLoop, quote, withoutThinking } from './reply-text.ts'

/** A reply before anything is made of its names: values from its JSON, or text, or nothing to be read, and why. */
export type OpenReply =
  | ({ readonly kind: 'json' } & JsonValues)
  | { readonly kind: 'text'; readonly text: string; readonly cutOff: boolean }
  | { readonly kind: 'nothing'; readonly reason: string }

// A looping model can send megabytes; an answer is found early or not at all.
const longestRead = 20_000

/** Opens a reply; `keys` are the JSON fields that may hold the answer, likeliest first. */
export function openReply({ text, finishReason }: Exchange, keys: readonly string[]): OpenReply {
  if (finishReason === 'content-filter') return { kind: 'nothing', reason: 'refused' }
  const said = withoutThinking(text).slice(0, longestRead)
  const json = findJsonValues(said, keys)
  if (json) return { kind: 'json', ...json }
  if (endsInLoop(said)) return { kind: 'nothing', reason: 'repeats itself' }
  const cutOff = finishReason === 'length'
  if (said.trim() === '') return { kind: 'nothing', reason: cutOff ? 'cut off' : 'empty reply' }
  if (isBrokenJson(said)) return { kind: 'nothing', reason: cutOff ? 'cut off' : 'broken JSON' }
  return { kind: 'text', text: said, cutOff }
}

/** The reading of a reply that holds no answer. */
export function unread(reason: string): Reading {
  return { answer: { kind: 'abstain', reason }, rule: 'unread' }
}

/** The reading of a reply that answers with something that was not asked about. */
export function outside(said: string, form: Form): Reading {
  return { answer: { kind: 'outside', said: quote(said) }, rule: `${form}/outside` }
}
