import { niceTicks, type Axis } from '../../src/campaign/report/chart-frame.ts'
import { chartRules, lightColours } from '../../src/campaign/report/chart-style.ts'
import { amount, percent, px, roughPercent } from '../../src/campaign/report/format.ts'
import { drawLineChart, type Line } from '../../src/campaign/report/line-chart.ts'
import { html, trusted, type Markup } from '../../src/campaign/report/markup.ts'
import { metricWords } from '../../src/campaign/simulation/report/metric-words.ts'
import { toneOf } from '../../src/campaign/simulation/report/series.ts'
import { summarize, type BandPoint, type StrategySummary } from '../../src/campaign/simulation/summary.ts'
import type { Measured } from './report.ts'

/** Each keeps its place, and with it its look, in all charts; the gap is for the best of the others. */
const telling = ['information', 'margin', null, 'badge', 'tail-first', 'iso', 'prior', 'random'] as const

const size = { width: 900, head: 88, chart: 420 } as const
/** A line of a path is at least this share of the axis long: enough to the eye, and a small file. */
const leastStep = 1 / 120

/**
 * Mean score against the logarithm of money as an SVG that stands alone, light in both of GitHub's themes. Where more than 8 strategies were
 * measured, the most telling are drawn.
 */
export function plotOf({ dataset, full, campaigns }: Measured): string {
  const { score, budget, start, name } = dataset
  const whole = full.reduce((sum, { reached }) => sum + reached[score], 0) / full.length
  const options = { metric: score, targets: [], points: 1001, confidence: 0.68 }
  const drawn = placed(summarize([...campaigns.values()].flat(), options).filter(({ curve }) => curve.length > 0))
  const values = drawn.flatMap(({ summary }) => after(summary.curve, start).map(({ mean }) => mean))
  const chart = {
    description: `${metricWords[score].name} on ${name} against money.`,
    lines: drawn.map(({ summary, place }) => lineOf(after(summary.curve, start), place, Math.log(budget / start))),
    x: moneyAxis(start, budget),
    y: { ticks: niceTicks(Math.min(...values), Math.max(...values, whole), 6), format: roughPercent, title: '' },
    mark: { y: whole, label: '' },
  }
  const [width, height] = [size.width + 16, size.head + size.chart + 16]
  const seeds = Math.max(...drawn.map(({ summary }) => summary.seeds))
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${width}"
    height="${height}"
    viewBox="0 0 ${width} ${height}"
  >
    <style>
      ${trusted(`svg { ${lightColours} ${font} } ${chartRules} .title { font-size: 17px; font-weight: 600; fill: var(--ink); }`)}
    </style>
    <rect width="${width}" height="${height}" rx="12" fill="#fffefb" />
    <text class="title" x="24" y="34">${name}: ${metricWords[score].name} for the money</text>
    <text x="24" y="56">
      ${seeds > 1 && `Means of ${seeds} campaigns with bands of 68\u00a0% confidence. `}Dotted: labels on everything,
      ${percent(whole)}.
    </text>
    ${legend(drawn)}
    <svg y="${size.head}" width="${size.width}" height="${size.chart}" overflow="visible">
      ${drawLineChart(chart, size.width)}
    </svg>
  </svg> `.toString()
}

const font = `font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;`

interface Drawn {
  readonly summary: StrategySummary
  /** See {@link toneOf}. */
  readonly place: number
}

function placed(summaries: readonly StrategySummary[]): Drawn[] {
  const isTelling = ({ strategy }: StrategySummary): boolean => telling.some((name) => name === strategy)
  const others = summaries
    .filter((summary) => !isTelling(summary))
    .toSorted((a, b) => (b.area?.mean ?? 0) - (a.area?.mean ?? 0))
  const seats = telling.map((name) => summaries.find(({ strategy }) => strategy === name))
  // The gap goes to the best; the rest, where there are few, sit where nobody else does.
  const free = [2, ...[...seats.keys()].filter((place) => place !== 2 && !seats[place])]
  const kept = summaries.length > telling.length ? 1 : others.length
  others.slice(0, kept).forEach((summary, at) => (seats[free[at]!] = summary))
  return seats.flatMap((summary, place) => (summary ? [{ summary, place }] : []))
}

function after(curve: readonly BandPoint[], start: number): BandPoint[] {
  return curve.filter(({ spent }) => spent >= start)
}

function lineOf(curve: readonly BandPoint[], place: number, axis: number): Line {
  let last = -Infinity
  const points = curve.flatMap(({ spent, ...point }, at) => {
    const x = Math.log(spent)
    if (x - last < leastStep * axis && at < curve.length - 1) return []
    last = x
    return [{ x, ...point }]
  })
  return {
    label: null,
    tone: toneOf(place),
    points: points.map(({ x, mean }) => ({ x, y: mean })),
    band: points.flatMap(({ x, low, high }) => (low === null || high === null ? [] : [{ x, low, high }])),
  }
}

/** Ticks at 1, 2 and 5 times powers of ten, and at both ends. */
function moneyAxis(start: number, budget: number): Axis {
  const round = Array.from({ length: 24 }, (_, i) => [1, 2, 5][i % 3]! * 10 ** Math.floor(i / 3))
  const between = round.filter((value) => value > 1.3 * start && 1.3 * value < budget)
  return {
    ticks: [start, ...between, budget].map(Math.log),
    format: (tick) => amount(Math.round(Math.exp(tick))),
    title: 'money spent, in answers of a person (logarithmic)',
  }
}

function legend(drawn: readonly Drawn[]): Markup {
  let x = 24
  return html`${drawn.map(({ summary: { strategy }, place }) => {
    const left = x
    x += 56 + 7.2 * strategy.length
    return html`<path class="line ${toneOf(place)}" d="M${px(left)} 82h26" />
      <text x="${px(left + 33)}" y="86">${strategy}</text>`
  })}`
}
