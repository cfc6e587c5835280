import type { Micros } from '../../core/money.ts'
import type { Batch } from '../config.ts'
import type { Contestant } from './contestant.ts'

/** What a simulation is told beyond what the project says; null: as the project says, or the default that is named. */
export interface SimulationSettings {
  /** Default: {@link defaultContestants}. */
  readonly contestants: readonly Contestant[] | null
  /** Runs of each, with the project's seed and those after it. */
  readonly seeds: number
  /** Default: what people cost for everything, where the project names no budget. */
  readonly budget: Micros | null
  /** Share of the items that nobody is asked about, in `[0, 1)`. Default: the dataset's own split, else 0.3. */
  readonly test: number | null
  /** How many times as frequent the first class of the pool is as the last. Default: as the pool is. */
  readonly longTail: number | null
  /** Put the last classes together, so that so many are left. */
  readonly merge: number | null
  /** How simulated people err. Default: never. */
  readonly noise: SimulatedNoise | null
  /** Items drawn at random for the first round. */
  readonly start: number | null
  /** Begin with so many of each class instead. */
  readonly startPerClass: number | null
  readonly batch: Batch | null
  /** By id of a model: the share of right answers with which it is played. */
  readonly assume: Readonly<Record<string, number>>
}

/** `class`: each class at a rate of its own, from 0 to twice `rate`. The others as of oracles. */
export interface SimulatedNoise {
  readonly kind: 'uniform' | 'look-alike' | 'class'
  readonly rate: number
}

/** Something about a simulation that people should know: what it is about, and what holds. */
export interface Note {
  readonly name: string
  readonly value: string
}

/** What the settings change about the items and the people. */
export function settingNotes({ merge, longTail, noise }: SimulationSettings): Note[] {
  return [
    ...(merge === null ? [] : [{ name: 'classes', value: `the last ones are put together, ${merge} are left` }]),
    ...(longTail === null
      ? []
      : [
          {
            name: 'long tail',
            value: `the pool is thinned out until its first class is ${longTail} times as frequent as the last, as far as its items go`,
          },
        ]),
    ...(noise === null ? [] : [{ name: 'noise', value: noiseWords(noise) }]),
  ]
}

const mistakes: Readonly<Record<SimulatedNoise['kind'], string>> = {
  uniform: 'with any other class',
  'look-alike': 'with a class that looks alike',
  class: 'on average, each class at a rate of its own',
}

function noiseWords({ kind, rate }: SimulatedNoise): string {
  return `people mix up ${Number((100 * rate).toFixed(2))} % of the items ${mistakes[kind]}`
}
