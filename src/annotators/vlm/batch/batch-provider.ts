import type { BatchRecord } from './batch-record.ts'

/**
 * A provider's own batch interface: many messages are handed over in one file, answered within a day, and billed at half the price. What it
 * throws is judged like the failure of a single message.
 */
export interface BatchProvider {
  /** What stands around and between the lines of the file, so that it can be sent as it is. */
  readonly frame: { readonly start: string; readonly between: string; readonly end: string }
  /** One message as it stands in the file. */
  line(key: string, message: Message): string
  /** Hands the file over; from then on it is paid for. @returns The provider's id of the batch. */
  submit(upload: Upload): Promise<string>
  /**
   * Looks for a batch that may have been handed over, though its id was never noted down. `unsure`: one of those under way may be it, which
   * will show when it has ended.
   *
   * @param taken - Ids that are known to be others.
   */
  find(record: BatchRecord, taken: ReadonlySet<string>): Promise<Found>
  poll(id: string): Promise<BatchState>
  /** The outcomes of a batch that has ended, in any order; those that were never come to may be missing. */
  results(id: string): AsyncIterable<BatchResult>
}

/** A message as the SDK would send it. */
export interface Message {
  readonly url: string
  /** JSON. */
  readonly body: string
  /** Features that the message needs and the provider wants to be told of in a header (Anthropic). */
  readonly beta: string | null
}

/** A file of messages that is ready to be handed over. */
interface Upload {
  /** Our own name for the batch; the provider keeps it where it can. */
  readonly localId: string
  /** Backed by the disk, not by memory. */
  readonly file: Blob
  /** Where each of the messages would go, were it sent alone. */
  readonly url: string
  readonly betas: readonly string[]
}

type Found = { readonly id: string } | 'none' | 'unsure'

export interface BatchState {
  readonly ended: boolean
  /** Messages with an outcome, good or bad. */
  readonly done: number
  /** Why messages have no outcome though the batch has ended, where it did not just run out of time: an `APICallError`. */
  readonly failure?: unknown
}

/** The outcome of one message, as if it had been sent alone: an HTTP status, and the body that the SDK reads. */
export interface BatchResult {
  readonly key: string
  readonly status: number
  readonly body: unknown
}

/** The status of a message whose batch ran out of time: another try may fare better. */
export const expired = 408
/** The status of a message whose batch somebody stopped: it is not for us to start it again. */
export const canceled = 410
