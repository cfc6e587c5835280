import type { Exchange } from '../exchange.ts'
import { onAbort } from '../traffic/on-abort.ts'
import type { Request } from '../transport.ts'

/** A message that somebody waits for. */
export interface Job {
  readonly request: Request
  readonly reply: Promise<Exchange>
  /** The reply is there, or nobody wants it any more. */
  over: boolean
  /** Batches that brought no reply. */
  tries: number
  /** Those among them that may have been billed. */
  lost: number
  resolve(exchange: Exchange): void
  reject(reason: unknown): void
}

/** When `signal` is aborted the job is rejected with its reason. */
export function makeJob(request: Request, signal: AbortSignal): Job {
  const { promise, resolve, reject } = Promise.withResolvers<Exchange>()
  const job: Job = { request, reply: promise, over: false, tries: 0, lost: 0, resolve, reject }
  if (signal.aborted) reject(signal.reason)
  const forget = onAbort(signal, () => reject(signal.reason))
  const end = (): void => {
    job.over = true
    forget()
  }
  promise.then(end, end)
  return job
}
