import {
  areaUnder,
  moneyToTarget,
  simulationMetrics,
  type SimulationMetric,
} from '../../src/campaign/simulation/curve.ts'
import { renderTable } from '../kernels/table.ts'
import type { Dataset } from './dataset.ts'
import type { CampaignResult, FullLabelsResult } from './job.ts'

/** Everything that was measured about one dataset, seed by seed. */
export interface Measured {
  readonly dataset: Dataset
  readonly full: readonly FullLabelsResult[]
  readonly campaigns: ReadonlyMap<string, readonly CampaignResult[]>
}

/** Shares of what full labels reach. */
const shares = [0.9, 0.95, 0.99] as const

const scoreWords: Readonly<Record<SimulationMetric, string>> = {
  testAccuracy: 'test accuracy',
  balancedAccuracy: 'balanced test accuracy',
  macroF1: 'macro F1 on the test items',
  poolAccuracy: 'accuracy of the pool',
  balancedPoolAccuracy: 'balanced accuracy of the pool',
}

/** A strategy on one dataset. */
interface Line {
  readonly strategy: string
  readonly seeds: number
  /** Money to each of {@link shares}, one per seed; null where the budget ended before. */
  readonly money: readonly (readonly (number | null)[])[]
  /** The mean score over the money from the start to the budget, per seed. */
  readonly area: readonly number[]
  readonly secondsPerStep: number
}

/** The table of one dataset in Markdown: a line per strategy, below what it is measured against. */
export function datasetTable(measured: Measured): string {
  const { dataset, full } = measured
  const lines = linesOf(measured)
  const header = [
    'strategy',
    'seeds',
    ...shares.flatMap((share) => [`money to ${percent(share)}`, 'ratio']),
    'mean score',
    's per step',
  ]
  const cells = lines.map((line) => [
    line.strategy,
    String(line.seeds),
    ...shares.flatMap((_, at) => [moneyCell(line.money[at]!, dataset.budget), ratioToOthers(line, lines, at, dataset)]),
    spread(line.area, 3),
    line.secondsPerStep.toFixed(1),
  ])
  const models = full[0]!.models.map(({ id, right }) => `${id} is right on ${percent(right, 1)} of the pool.`)
  return [
    `## ${dataset.name}`,
    `${dataset.description}. ${full[0]!.items} items in the pool, ${full[0]!.rarest} of the rarest class. ${models.join(' ')}`.trimEnd(),
    `People's labels on all of them: ${reachedWords(full)}. Compared by ${scoreWords[dataset.score]}; budget ${dataset.budget}, start ${dataset.start}.`,
    renderTable([header, ...cells]),
  ].join('\n\n')
}

/** `information` beside the best of the others, by dataset and share, in Markdown; empty where there is nothing to compare. */
export function summaryTable(all: readonly Measured[]): string {
  const header = ['dataset', ...shares.flatMap((share) => [`${percent(share)}: best other`, 'information', 'ratio'])]
  const cells = all.flatMap((measured) => {
    const { dataset } = measured
    const lines = linesOf(measured)
    const ours = lines.find(({ strategy }) => strategy === 'information')
    if (!ours || lines.length < 2) return []
    const others = lines.filter((line) => line !== ours)
    return [
      [
        dataset.name,
        ...shares.flatMap((_, at) => {
          const best = others.reduce((a, b) => (meanMoney(b, at) < meanMoney(a, at) ? b : a))
          const name = meanMoney(best, at) < Infinity ? `${best.strategy} ` : ''
          return [
            name + moneyCell(best.money[at]!, dataset.budget),
            moneyCell(ours.money[at]!, dataset.budget),
            ratioToOthers(ours, lines, at, dataset),
          ]
        }),
      ],
    ]
  })
  return cells.length > 0 ? renderTable([header, ...cells]) : ''
}

function linesOf({ dataset, full, campaigns }: Measured): Line[] {
  return [...campaigns].map(([strategy, results]) => {
    const { score } = dataset
    const whole = (seed: number): number => full.find((one) => one.seed === seed)!.reached[score]
    const steps = results.reduce((sum, { points }) => sum + points.length, 0)
    return {
      strategy,
      seeds: results.length,
      money: shares.map((share) =>
        results.map(({ points, seed }) => moneyToTarget(points, score, share * whole(seed))),
      ),
      // The first answers of models are paid beside those of people: a campaign that begins with them is measured from a little later on.
      area: results.map(({ points }) => {
        const from = points.find((point) => point[score] !== null)?.spent ?? 0
        return areaUnder(points, score, Math.max(dataset.start, from), dataset.budget) ?? 0
      }),
      secondsPerStep: results.reduce((sum, { seconds }) => sum + seconds, 0) / steps,
    }
  })
}

function reachedWords(full: readonly FullLabelsResult[]): string {
  const values = (metric: SimulationMetric) => full.map(({ reached }) => reached[metric])
  return simulationMetrics.map((metric) => `${scoreWords[metric]} ${spread(values(metric), 4)}`).join(', ')
}

/** Infinity where a seed did not get there. */
function meanMoney({ money }: Line, at: number): number {
  return mean(money[at]!.map((value) => value ?? Infinity))
}

/** The money beside that of the best other strategy; where one of them did not get there, a bound. */
function ratioToOthers(line: Line, lines: readonly Line[], at: number, { budget }: Dataset): string {
  const others = lines.filter((other) => other !== line).map((other) => meanMoney(other, at))
  if (others.length === 0) return ''
  const [own, best] = [meanMoney(line, at), Math.min(...others)]
  if (own === Infinity) return best === Infinity ? '' : `> ${(budget / best).toFixed(2)}`
  return best === Infinity ? `< ${(own / budget).toFixed(2)}` : (own / best).toFixed(3)
}

function moneyCell(values: readonly (number | null)[], budget: number): string {
  const reached = values.filter((value) => value !== null)
  if (reached.length === values.length) return spread(reached, 0)
  return reached.length === 0 ? `> ${budget}` : `> ${budget} (${values.length - reached.length} of ${values.length})`
}

function spread(values: readonly number[], digits: number): string {
  const middle = mean(values)
  if (values.length === 1) return middle.toFixed(digits)
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1))
  return `${middle.toFixed(digits)} ± ${sd.toFixed(digits)}`
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function percent(share: number, digits = 0): string {
  return `${(100 * share).toFixed(digits)} %`
}
