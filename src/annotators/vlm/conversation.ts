import type { Asked, Way } from './asking/way.ts'
import type { Prompt } from './asking/prompt.ts'
import type { Exchange } from './exchange.ts'
import type { Reading } from './reading/reading.ts'

/** One question's answer, and everything that was said on the way to it. */
export interface Conversation {
  readonly reading: Reading
  readonly exchanges: readonly Exchange[]
}

/**
 * Puts one question in its way: the prompts of a step go out side by side, the next step waits for all their replies.
 *
 * @throws what `send` threw first, after every message under way has come back: they are paid for, and `send` has kept them.
 */
export async function converse(
  way: Way,
  asked: Asked,
  send: (prompt: Prompt) => Promise<Exchange>,
): Promise<Conversation> {
  const said: Exchange[][] = []
  for (;;) {
    const step = way.next(asked, said)
    if (step.kind === 'answer') return { reading: step.reading, exchanges: said.flat() }
    said.push(await allOf(step.prompts.map(send)))
  }
}

/** As `Promise.all`, but a failure waits for the others. */
export async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
