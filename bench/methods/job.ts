import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SimulatedPoint } from '../../src/campaign/simulation/simulate-campaign.ts'
import type { SimulationMetric } from '../../src/campaign/simulation/curve.ts'

/** One campaign; or {@link fullLabels}. */
export interface Job {
  readonly dataset: string
  /** As it is written on the command line, e.g. `iso:matrix=none`. */
  readonly strategy: string
  readonly seed: number
}

/** The job that finds out what a head learns from a person's label on every item of the pool. */
export const fullLabels = 'full-labels'

/** What a campaign left behind. */
export interface CampaignResult {
  readonly strategy: string
  readonly seed: number
  readonly points: readonly SimulatedPoint[]
  readonly seconds: number
}

/** What the curves of one seed are measured against. */
export interface FullLabelsResult {
  readonly seed: number
  readonly items: number
  /** Items of the rarest class. */
  readonly rarest: number
  /** What the campaigns' curves go towards. Of the pool: people's labels themselves. */
  readonly reached: Readonly<Record<SimulationMetric, number>>
  /** The share of the pool that each model gets right. */
  readonly models: readonly { readonly id: string; readonly right: number }[]
  readonly seconds: number
}

/** Where a job's result lies. */
export function fileOf(out: string, { dataset, strategy, seed }: Job): string {
  return join(out, dataset, `${strategy}-${seed}.json`)
}

/** A result that an earlier run left; undefined where there is none. */
export async function readResult<T extends CampaignResult | FullLabelsResult>(
  out: string,
  job: Job,
): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(out, job), 'utf8'))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}
