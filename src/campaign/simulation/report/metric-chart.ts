import { niceTicks, responsive, type Axis } from '../../report/chart-frame.ts'
import { amount, dash, money, percent, roughPercent } from '../../report/format.ts'
import { drawLineChart, type Line } from '../../report/line-chart.ts'
import { clip, html, type Markup } from '../../report/markup.ts'
import { details, table } from '../../report/table.ts'
import { valueAt, type SimulationMetric } from '../curve.ts'
import { summarize, type BandPoint, type StrategySummary } from '../summary.ts'
import { metricWords } from './metric-words.ts'
import { strategyKey, toneOf } from './series.ts'
import type { SimulationReportData } from './simulation-report-data.ts'

const gridPoints = 61
const tableRows = 12
/** The first steps are steep and alike; a chart that holds them all shows little else. */
const firstSteps = 0.05

/** One metric of all strategies against money; null where it was never measured. */
export function metricChart(
  data: SimulationReportData,
  metric: SimulationMetric,
  target: number | null,
): Markup | null {
  const { curves, currency } = data
  const summaries = summarize(curves, { metric, targets: [], points: gridPoints })
  if (summaries.every(({ curve }) => curve.length === 0)) return null
  const { name, meaning } = metricWords[metric]
  const axes = chartAxes(summaries, target, currency)
  const chart = {
    description: descriptionOf(summaries, name, currency),
    lines: summaries.map(({ curve }, place) => lineOf(curve, place)),
    ...axes,
    mark: target === null ? null : { y: target, label: `target ${percent(target)}` },
  }
  return html`<section id="${metric}">
    <h2>${name[0]!.toUpperCase() + name.slice(1)} for the money</h2>
    <p class="lead">${meaning}</p>
    <p class="legend">${summaries.map(({ strategy }, place) => strategyKey(strategy, place))}</p>
    <figure>
      ${responsive((width) => drawLineChart(chart, width))}
      <figcaption>
        Lines: means over the seeds; a seed that ended early holds its last value.
        ${summaries.some(({ seeds }) => seeds > 1) && 'Bands: where the mean lies with 95\u00a0% confidence, by Student’s t.'}
      </figcaption>
    </figure>
    ${numbers(summaries, axes.x, currency)}
  </section>`
}

function lineOf(curve: readonly BandPoint[], place: number): Line {
  return {
    label: null,
    tone: toneOf(place),
    points: curve.map(({ spent, mean }) => ({ x: spent, y: mean })),
    band: curve.flatMap(({ spent, low, high }) => (low === null || high === null ? [] : [{ x: spent, low, high }])),
  }
}

function chartAxes(
  summaries: readonly StrategySummary[],
  target: number | null,
  currency: string,
): { x: Axis; y: Axis } {
  const points = summaries.flatMap(({ curve }) => curve)
  const furthest = Math.max(...points.map(({ spent }) => spent))
  const later = points.filter(({ spent }) => spent >= firstSteps * furthest)
  const values = [...later.map(({ mean }) => mean), ...(target === null ? [] : [target])]
  return {
    x: { ticks: niceTicks(0, furthest || 1, 7), format: amount, title: `money spent (${currency})` },
    y: { ticks: niceTicks(Math.min(...values), Math.max(...values), 6), format: roughPercent, title: '' },
  }
}

function descriptionOf(summaries: readonly StrategySummary[], name: string, currency: string): string {
  const ends = summaries.flatMap(({ strategy, curve }) => {
    const last = curve.at(-1)
    return last ? [`${clip(strategy, 40)} ${percent(last.mean)} after ${money(last.spent, currency)}`] : []
  })
  return `${name} against money: ${ends.join('; ')}.`
}

function numbers(summaries: readonly StrategySummary[], { ticks }: Axis, currency: string): Markup {
  const last = ticks.at(-1)!
  const steps = Array.from({ length: tableRows }, (_, i) => (last * (i + 1)) / tableRows)
  const cell = ({ curve }: StrategySummary, spent: number): string => {
    const value = spent <= (curve.at(-1)?.spent ?? -1) ? valueAt(curve, 'mean', spent) : null
    return value === null ? dash : percent(value)
  }
  return details(
    'The numbers behind this chart',
    table(
      [
        { title: `Spent (${currency})`, numeric: true },
        ...summaries.map(({ strategy }) => ({ title: clip(strategy, 24), numeric: true })),
      ],
      steps.map((spent) => [amount(spent), ...summaries.map((summary) => cell(summary, spent))]),
    ),
  )
}
