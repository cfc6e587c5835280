import { LabelwrightError } from '../../core/error.ts'
import type { Exchange } from './exchange.ts'

const finishReason = 'rejected'

/**
 * What is kept of a message that the server did not take, so that a replay meets the same refusal; without the server's address.
 *
 * @throws Whatever was thrown for another reason.
 */
export function rejectionOf(thrown: unknown): Exchange {
  if (!(thrown instanceof LabelwrightError) || thrown.code !== 'message-rejected') throw thrown
  const text = thrown.problem.replace(/^https?:\/\/\S+/, 'the server')
  return { text, finishReason, usage: { input: 0, output: 0 }, seconds: 0 }
}

export function isRejection(said: Exchange): boolean {
  return said.finishReason === finishReason
}

/** The reply. @throws {@link LabelwrightError} `message-rejected` where there was none. */
export function unlessRejected(said: Exchange): Exchange {
  if (!isRejection(said)) return said
  throw new LabelwrightError('message-rejected', said.text, 'Look at the item: it may be too large for the server.')
}
