import { onAbort } from './on-abort.ts'

/**
 * Does a job, or joins the same one that is under way.
 *
 * @param job - Its signal is aborted once nobody wants the result any more. Look into the cache inside of it: who looks before may find
 *   nothing, and the job that would have told him has ended when he comes.
 */
export type SingleFlight<T> = (key: string, signal: AbortSignal, job: (signal: AbortSignal) => Promise<T>) => Promise<T>

interface Flight<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  wanted: number
}

/** Equal jobs at the same time are done once. */
export function makeSingleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Flight<T>>()

  const start = (key: string, job: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController()
    const result = job(controller.signal).finally(() => flights.delete(key))
    const flight = { result, controller, wanted: 0 }
    flights.set(key, flight)
    return flight
  }

  return async (key, signal, job) => {
    for (;;) {
      signal.throwIfAborted()
      const flight = flights.get(key) ?? start(key, job)
      flight.wanted++
      const ignore = onAbort(signal, () => {
        if (--flight.wanted === 0) flight.controller.abort(signal.reason)
      })
      try {
        return await flight.result
      } catch (thrown) {
        // All others had left before this one came: it begins anew.
        if (!flight.controller.signal.aborted || signal.aborted) throw thrown
      } finally {
        ignore()
      }
    }
  }
}
