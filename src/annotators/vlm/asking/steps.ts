import type { ClassSpec } from '../../../core/taxonomy.ts'
import type { Exchange } from '../exchange.ts'
import { outside } from '../reading/open-reply.ts'
import { mostDoubtful, noneOption, type Match, type Reading, type Rule } from '../reading/reading.ts'
import { choiceAmong } from './choice.ts'
import type { Asked, Step } from './way.ts'

/** The end of a way that has narrowed the classes down: nothing left, one left, or one more choice among those left. */
export function chooseAmongLeft(
  asked: Asked,
  left: readonly ClassSpec[],
  readings: readonly Reading[],
  last: readonly Exchange[] | undefined,
): Step {
  const [first, ...others] = left
  if (!first) return { kind: 'answer', reading: nothingNamed(readings) }
  if (others.length === 0) {
    return { kind: 'answer', reading: { answer: { kind: 'label', label: first.name }, rule: stepsRule(readings) } }
  }
  const { prompt, read } = choiceAmong(asked, left)
  return last ? { kind: 'answer', reading: read(last[0]!) } : { kind: 'ask', prompts: [prompt] }
}

/** The classes found by several replies, each about some of them. A reply that could not be read found none; if none could, it abstains. */
export function labelsFound(found: readonly ClassSpec[], readings: readonly Reading[]): Reading {
  if (readings.length > 0 && readings.every(isUnread)) return readings[0]!
  const labels = found.map(({ name }) => name)
  const unknown = readings.flatMap(outsideOf)
  const answer = { kind: 'labels', labels, ...(unknown.length > 0 && { outside: unknown }) } as const
  return { answer, rule: stepsRule(readings) }
}

function nothingNamed(readings: readonly Reading[]): Reading {
  const said = readings.flatMap(outsideOf)
  if (said.length > 0) return outside(said.join(', '), 'steps')
  const none: Reading = { answer: { kind: 'abstain', reason: noneOption }, rule: stepsRule(readings) }
  return readings.find(isUnread) ?? none
}

/** Whether a reply told nothing at all; saying that no class fits is telling something. */
export function isUnread({ rule }: Reading): boolean {
  return rule === 'unread'
}

function outsideOf({ answer }: Reading): readonly string[] {
  if (answer.kind === 'outside') return [answer.said]
  return answer.kind === 'labels' ? (answer.outside ?? []) : []
}

/** As doubtful as the most doubtful of the replies. */
function stepsRule(readings: readonly Reading[]): Rule {
  return `steps/${mostDoubtful(readings.map(({ rule }) => rule.split('/')[1] as Match))}`
}
