import type { ClassSpec } from '../../../core/taxonomy.ts'
import { choiceAmong } from './choice.ts'
import { listAmong } from './listing.ts'
import { classesAsked, shuffled } from './options.ts'
import { chooseAmongLeft, labelsFound } from './steps.ts'
import { onlyTurn } from './turn.ts'
import type { Asked, Way } from './way.ts'

/**
 * The classes in chunks, side by side, each chunk for a list of those that may apply; then one choice among all that were named. Makes
 * long lists of classes short without losing the rare ones.
 *
 * @see Group-wise prompting, arXiv:2602.20972.
 */
export const batched: Way = {
  version: 'batched-1',
  questions: ['classify', 'select'],
  next: (asked, said) => {
    const classes = classesAsked(asked)
    if (isOneChoice(asked, classes)) return onlyTurn(choiceAmong(asked, classes), said)
    const turns = chunksOf(asked, classes).map((chunk) => listAmong(asked, chunk, { known: classes }))
    const [lists, last] = said
    if (!lists) return { kind: 'ask', prompts: turns.map(({ prompt }) => prompt) }
    const readings = lists.map((reply, index) => turns[index]!.read(reply))
    const named = new Set(readings.flatMap(({ answer }) => (answer.kind === 'labels' ? answer.labels : [])))
    const left = classes.filter(({ name }) => named.has(name))
    if (asked.question.kind === 'classify') return chooseAmongLeft(asked, left, readings, last)
    return { kind: 'answer', reading: labelsFound(left, readings) }
  },
  mostCalls: (asked) => {
    const classes = classesAsked(asked)
    if (isOneChoice(asked, classes)) return 1
    return Math.ceil(classes.length / asked.chunk) + (asked.question.kind === 'classify' ? 1 : 0)
  },
}

function isOneChoice({ question, chunk }: Asked, classes: readonly ClassSpec[]): boolean {
  return question.kind === 'classify' && classes.length <= chunk
}

/** As few chunks as the limit allows, of equal length, so that no class stands alone in the last one. */
function chunksOf(asked: Asked, classes: readonly ClassSpec[]): readonly (readonly ClassSpec[])[] {
  const order = shuffled(asked, classes)
  const count = Math.ceil(classes.length / asked.chunk)
  const startOf = (chunk: number): number => Math.floor((chunk * classes.length) / count)
  return Array.from({ length: count }, (_, chunk) => order.slice(startOf(chunk), startOf(chunk + 1)))
}
