import { InvalidArgumentError } from 'commander'
import { simulationMetrics, type SimulationMetric } from '../campaign/simulation/curve.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Batch } from '../project/config.ts'
import { parseContestants, type Contestant } from '../project/simulation/contestant.ts'
import type { SimulatedNoise } from '../project/simulation/settings.ts'

// What the options of "labelwright simulate" mean. Commander puts the option's name before what these say.

export function contestants(text: string): Contestant[] {
  try {
    return parseContestants(text)
  } catch (thrown) {
    if (thrown instanceof LabelwrightError) throw new InvalidArgumentError(thrown.message)
    throw thrown
  }
}

/** `0.1`, `look-alike:0.1` or `class:0.1`. */
export function noise(text: string): SimulatedNoise {
  const [, named, digits] = /^(?:(uniform|look-alike|class):)?([^:]+)$/.exec(text) ?? []
  const kind = (named ?? 'uniform') as SimulatedNoise['kind']
  const most = kind === 'class' ? 0.5 : 1
  const rate = numberOf(digits ?? '')
  if (rate >= 0 && rate <= most) return { kind, rate }
  throw new InvalidArgumentError('Write a share such as 0.1, look-alike:0.1 or class:0.1 (class: up to 0.5).')
}

/** The share of items that nobody is asked about. */
export function testShare(text: string): number {
  const share = numberOf(text)
  if (share >= 0 && share < 1) return share
  throw new InvalidArgumentError('Write a share from 0 up to, not including, 1, such as 0.3.')
}

export function imbalance(text: string): number {
  const factor = numberOf(text)
  if (factor >= 1 && factor < Infinity) return factor
  throw new InvalidArgumentError('Write how many times as frequent the first class is as the last: a number from 1.')
}

/** `50`, or `15%` of the labels that there are. */
export function batch(text: string): Batch {
  const value = numberOf(text.replace(/%$/, ''))
  if (text.endsWith('%') && value > 0 && value <= 100) return { least: 10, share: value / 100 }
  if (!text.endsWith('%') && Number.isSafeInteger(value) && value >= 1) return { least: value, share: 0 }
  throw new InvalidArgumentError(
    'Write a whole number from 1, such as 50, or a share of the labels so far, such as 15%.',
  )
}

export function targets(text: string): number[] {
  const values = text.split(',').map(numberOf)
  if (values.every((value) => value > 0 && value <= 1)) return [...new Set(values)].sort((a, b) => a - b)
  throw new InvalidArgumentError('Write shares above 0, up to 1, such as 0.9,0.95.')
}

/** `qwen=0.8`, or several with commas between them; may be said more than once. */
export function assumed(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const pairs = text.split(',').map((part): [string, number] => {
    const at = part.indexOf('=')
    return [part.slice(0, Math.max(0, at)).trim(), numberOf(part.slice(at + 1))]
  })
  if (pairs.every(([id, accuracy]) => id !== '' && accuracy >= 0 && accuracy <= 1))
    return { ...before, ...Object.fromEntries(pairs) }
  throw new InvalidArgumentError('Write a model and its share of right answers, such as qwen=0.8.')
}

export function metric(text: string): SimulationMetric {
  const found = simulationMetrics.find((name) => name === text)
  if (!found) throw new InvalidArgumentError(`There are: ${simulationMetrics.join(', ')}.`)
  return found
}

/** NaN for anything that is no number, the empty text too. */
function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text)
}
