import type { SimulatedNoise, SimulationSettings } from './settings.ts'

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
      : [{ name: 'long tail', value: `the first class of the pool is ${longTail} times as frequent as the last` }]),
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
