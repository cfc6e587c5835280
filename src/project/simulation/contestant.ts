import type { z } from 'zod'
import type { IsoOptions, PriorOptions } from '../../campaign/methods/options.ts'
import { LabelwrightError } from '../../core/error.ts'
import { strategyNames, type StrategyName } from '../../strategies/strategies.ts'
import { methodOptions } from '../method-schema.ts'

/** A strategy as a simulation compares it: `iso` and `iso:matrix=none` are two. */
export interface Contestant {
  /** As it is written. */
  readonly name: string
  readonly strategy: StrategyName
  /** What it is told beyond what the project says. */
  readonly options: IsoOptions & PriorOptions
}

type Options = Readonly<Record<string, z.ZodType>>

/**
 * Reads a list such as `information,margin,iso:matrix=none:refresh=false`.
 *
 * @throws {@link LabelwrightError} `bad-option` for an unknown strategy, option or value, naming what there is; for a strategy or an
 *   option that stands there twice.
 */
export function parseContestants(text: string): Contestant[] {
  const contestants = text.split(',').map((part) => parseContestant(part.trim()))
  const names = contestants.map(({ name }) => name)
  const twin = names.find((name, i) => names.indexOf(name) !== i)
  if (twin !== undefined)
    throw badOption(`The strategy ${twin} stands there twice.`, 'Write it once; --seeds says how often it runs.')
  return contestants
}

/** A strategy without options. */
export function plainContestant(strategy: StrategyName): Contestant {
  return { name: strategy, strategy, options: {} }
}

function parseContestant(text: string): Contestant {
  const [name, ...said] = text.split(':')
  const strategy = strategyNames.find((known) => known === name)
  if (!strategy) throw badOption(`There is no strategy "${name}".`, `There are: ${strategyNames.join(', ')}.`)
  const known: Options = strategy === 'iso' || strategy === 'prior' ? methodOptions[strategy] : {}
  const options = said.map((option) => parseOption(option, strategy, known))
  const keys = options.map(([key]) => key)
  const twin = keys.find((key, i) => keys.indexOf(key) !== i)
  if (twin !== undefined) throw badOption(`${strategy}:${twin} stands there twice.`, 'Write it once.')
  return { name: text, strategy, options: Object.fromEntries(options) }
}

function parseOption(text: string, strategy: StrategyName, known: Options): [key: string, value: unknown] {
  const at = text.indexOf('=')
  const [key, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
  const schema = Object.hasOwn(known, key) ? known[key] : undefined
  if (!schema) {
    const list = Object.entries(known).map(([name, values]) => `${name}=… (${hintOf(values)})`)
    throw badOption(
      `The strategy ${strategy} has no option "${key}".`,
      list.length > 0 ? `It knows: ${list.join('; ')}.` : 'It has none; iso and prior have some.',
    )
  }
  for (const candidate of [value, valueOf(value)]) {
    const read = schema.safeParse(candidate)
    if (read.success) return [key, read.data]
  }
  throw badOption(`${strategy}:${key} is "${value}".`, `Write ${hintOf(schema)}.`)
}

function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

/** What a schema takes, in words: it says so about everything else. */
function hintOf(schema: z.ZodType): string {
  return schema.safeParse(undefined).error?.issues[0]?.message ?? ''
}

function badOption(problem: string, fix: string): LabelwrightError {
  return new LabelwrightError('bad-option', problem, fix)
}
