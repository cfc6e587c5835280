import type { Clock } from '../../../core/clock.ts'
import { LabelwrightError } from '../../../core/error.ts'
import type { Rng } from '../../../core/rng.ts'
import type { Exchange } from '../exchange.ts'
import type { Call, Request, Transport } from '../transport.ts'
import { openChat } from '../wire/chat.ts'
import { endpointError, judgeFailure, type Failure } from '../wire/endpoint-failure.ts'
import type { Connection } from '../wire/provider.ts'
import type { Outcome } from './breaker.ts'
import { contentOf, controlQuestion, type Content } from './control-question.ts'
import type { Gate, Leave } from './gate.ts'
import { longestPauseMs, withRetries, type Attempt } from './retry.ts'
import { makeSingleFlight } from './single-flight.ts'

export interface SenderOptions {
  readonly connection: Connection
  /** That of the endpoint, which all its senders share. */
  readonly gate: Gate
  /** For each try. Default 60,000. */
  readonly timeoutMs?: number
  /** Tries after the first. Default 5. */
  readonly maxRetries?: number
  readonly clock: Clock
  /** Draws the pauses between tries. */
  readonly rng: Rng
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Makes what brings a message to a model and its reply back, trying again where that may help.
 *
 * An address that never answered is given up at once: it is misspelt, or its server not started; one that did answer may be restarting. When
 * a message is turned down before any like it was answered, a control question tells whether the message is at fault (`message-rejected`) or
 * the model takes none of its kind (`endpoint-failed`); that question is not on any bill of ours.
 *
 * @throws {@link LabelwrightError} `endpoint-unreachable`, `endpoint-denied`, `endpoint-failed` or `message-rejected`.
 */
export function makeSender(options: SenderOptions): Transport {
  const { connection, gate, clock, rng, maxRetries = 5, timeoutMs = 60_000, fetch } = options
  const { endpoint } = connection
  const chat = openChat(connection, {
    timeoutMs,
    clock,
    onHeaders: (limits) => gate.lower(limits),
    ...(fetch && { fetch }),
  })
  const controls = makeSingleFlight<boolean>()
  const taken = new Set<Content>()
  let heard = false

  const judge = (thrown: unknown): Failure => {
    const failure = judgeFailure(thrown, endpoint, clock.now())
    heard ||= failure.status !== null
    return failure.kind === 'unreachable' ? { ...failure, passing: heard } : failure
  }

  const attempt = async (request: Request, signal: AbortSignal): Promise<Attempt<Exchange>> => {
    const reserved = request.tokens.input + request.tokens.output
    const leave = await gate.enter(reserved, signal)
    const call = await composeUnlessAborted(request, signal, leave)
    try {
      const exchange = await chat(call)
      heard = true
      taken.add(contentOf(call))
      leave('answered', exchange.usage ? exchange.usage.input + exchange.usage.output : reserved)
      return { kind: 'done', value: exchange }
    } catch (thrown) {
      const failure = judge(thrown)
      // Before it leaves, or the next would pass.
      if (failure.kind === 'denied') gate.deny(endpointError(failure, endpoint))
      if (failure.passing) gate.pause(pauseMs(failure))
      leave(outcomeOf(failure), failure.lost ? reserved : 0)
      return { kind: 'failed', failure }
    }
  }

  const isTaken = async (request: Request, signal: AbortSignal): Promise<boolean> => {
    const content = contentOf(await request.compose())
    return (
      taken.has(content) ||
      controls(content, signal, async (wanted) => {
        const control = controlQuestion(content)
        const { kind } = await withRetries(() => attempt(control, wanted), { maxRetries, rng, signal: wanted })
        return kind === 'done'
      })
    )
  }

  return async (request, signal) => {
    let lostTries = 0
    const last = await withRetries(
      async () => {
        const made = await attempt(request, signal)
        if (made.kind === 'failed' && made.failure.lost) lostTries++
        return made
      },
      { maxRetries, rng, signal },
    )
    if (last.kind === 'done') return lostTries ? { ...last.value, lostTries } : last.value
    if (last.failure.kind === 'rejected' && !(await isTaken(request, signal))) {
      throw takesNone(endpoint.url, last.failure)
    }
    throw endpointError(last.failure, endpoint, last.tries)
  }
}

async function composeUnlessAborted(request: Request, signal: AbortSignal, leave: Leave): Promise<Call> {
  try {
    const call = await request.compose()
    signal.throwIfAborted()
    return call
  } catch (thrown) {
    leave('unsent', 0)
    throw thrown
  }
}

function pauseMs({ retryAfterMs }: Failure): number {
  return retryAfterMs !== null && retryAfterMs <= longestPauseMs ? retryAfterMs : 0
}

function outcomeOf({ passing, status, retryAfterMs }: Failure): Outcome {
  // A server that counts requests and names a time is well.
  if (passing) return status === 429 && retryAfterMs !== null ? 'answered' : 'failed'
  return status === null ? 'unsent' : 'answered'
}

function takesNone(url: string, { said }: Failure): LabelwrightError {
  return new LabelwrightError(
    'endpoint-failed',
    `${url} takes no message of this kind, not even the simplest: ${said}.`,
    'Change what it names: "model:" may be wrong, or the model may take no pictures.',
  )
}
