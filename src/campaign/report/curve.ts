import { moneyToTarget } from '../simulation/curve.ts'
import { niceTicks, responsive, type Axis } from './chart-frame.ts'
import { amount, count, money, percent, roughPercent } from './format.ts'
import { drawLineChart, type Line } from './line-chart.ts'
import { html, type Markup } from './markup.ts'
import { accuracyAt } from './reference-cost.ts'
import type { CurvePoint, Reference, ReportData } from './report-data.ts'
import { details, table } from './table.ts'

/** More points than this are thinned out, in the chart and in its table. */
const pointLimit = 200

/** Accuracy against money, the campaign's line beside what people alone reach; null before the first round. */
export function curveSection(data: ReportData): Markup | null {
  const curve = thin(
    data.curve.filter((point) => isDrawable(point.spent, point.expectedAccuracy)),
    pointLimit,
  )
  const last = curve[curve.length - 1]
  if (!last) return null
  const references = data.references.map(({ name, points }) => ({
    name,
    points: thin(
      points.filter((point) => isDrawable(point.spent, point.accuracy)),
      pointLimit,
    ),
  }))
  const reached = last.trueAccuracy ?? last.expectedAccuracy
  const axes = chartAxes(curve, references, data)
  const lines = [...ownLines(curve, data.currency), ...references.map(referenceLine)]
  const target = data.certificate?.target ?? null
  const chart = {
    description: `Accuracy against money. After ${money(last.spent, data.currency)}: ${percent(reached)}.`,
    lines: lines.filter((line) => line.points.length > 0),
    ...axes,
    mark: target !== null && inRange(target, axes.y) ? { y: target, label: `target ${percent(target)}` } : null,
  }
  return html`<section id="accuracy">
    <h2>Accuracy for the money</h2>
    <figure>
      ${responsive((width) => drawLineChart(chart, width))}
      <figcaption>
        Each dot is a round. ${references.map((reference) => comparison(reference, last.spent, reached, data.currency))}
      </figcaption>
    </figure>
    ${curveTable(curve, data.currency)}
  </section>`
}

function isDrawable(spent: number, accuracy: number): boolean {
  return spent >= 0 && spent < 1e12 && isShare(accuracy)
}

function isShare(accuracy: number | null): accuracy is number {
  return accuracy !== null && accuracy >= 0 && accuracy <= 1
}

/** Every n-th element and the last one, at most about `limit`. */
function thin<T>(list: readonly T[], limit: number): readonly T[] {
  const stride = Math.ceil(list.length / limit)
  return list.filter((_, i) => i % stride === 0 || i === list.length - 1)
}

function ownLines(curve: readonly CurvePoint[], currency: string): Line[] {
  const known = curve.filter(({ trueAccuracy }) => isShare(trueAccuracy))
  const end = (accuracy: number | null | undefined): string => percent(accuracy ?? NaN)
  const note = (point: CurvePoint, accuracy: number, word: string): string =>
    `round ${count(point.round)}: ${money(point.spent, currency)}, ${percent(accuracy)} ${word}`
  return [
    {
      label: `expected ${end(curve[curve.length - 1]?.expectedAccuracy)}`,
      tone: 'ours',
      points: curve.map((point) => ({
        x: point.spent,
        y: point.expectedAccuracy,
        note: note(point, point.expectedAccuracy, 'expected'),
      })),
    },
    {
      label: `true ${end(known[known.length - 1]?.trueAccuracy)}`,
      tone: 'truth',
      points: known.map((point) => ({
        x: point.spent,
        y: point.trueAccuracy!,
        note: note(point, point.trueAccuracy!, 'true'),
      })),
    },
  ]
}

function referenceLine({ name, points }: Reference, index: number): Line {
  return {
    label: name,
    tone: index % 2 === 0 ? 'reference' : 'reference other',
    points: points.map(({ spent, accuracy }) => ({ x: spent, y: accuracy })),
  }
}

/** Money up to three times what the campaign spent, so that a long people-only line does not press it into a corner. */
function chartAxes(
  curve: readonly CurvePoint[],
  references: readonly Reference[],
  { currency, certificate }: ReportData,
): { x: Axis; y: Axis } {
  const spent = Math.max(...curve.map((point) => point.spent))
  const furthest = Math.max(spent, ...references.flatMap(({ points }) => points.map((point) => point.spent)))
  const accuracies = [
    ...curve.flatMap((point) => [point.expectedAccuracy, point.trueAccuracy ?? point.expectedAccuracy]),
    ...references.flatMap(({ points }) => accuracyAt(points, spent) ?? []),
    ...(certificate?.target ? [certificate.target] : []),
  ].filter(isShare)
  const high = Math.max(...accuracies)
  const low = Math.max(0, Math.min(...accuracies, high - 0.05))
  return {
    x: {
      ticks: niceTicks(0, spent > 0 ? Math.min(furthest, 3 * spent) : furthest || 1, 7),
      format: amount,
      title: `money spent (${currency})`,
    },
    y: { ticks: niceTicks(low, high, 6), format: roughPercent, title: 'share of right labels' },
  }
}

function inRange(value: number, { ticks }: Axis): boolean {
  return value >= (ticks[0] ?? 0) && value <= (ticks[ticks.length - 1] ?? 0)
}

function comparison({ name, points }: Reference, spent: number, reached: number, currency: string): Markup | null {
  const last = points[points.length - 1]
  if (!last) return null
  const same = accuracyAt(points, spent)
  const cost = moneyToTarget(points, 'accuracy', reached)
  return html`<span class="sentence">
    <b>${name}</b>: ${same !== null && html`${percent(same)} for the same ${money(spent, currency)}; `}
    ${
      cost === null
        ? `${percent(reached)} is not reached with ${money(last.spent, currency)}.`
        : `${money(cost > 20 ? Math.ceil(cost) : cost, currency)} for the same ${percent(reached)}.`
    }
  </span>`
}

function curveTable(curve: readonly CurvePoint[], currency: string): Markup {
  const withTruth = curve.some(({ trueAccuracy }) => trueAccuracy !== null)
  const columns = [`Spent (${currency})`, 'Expected right', ...(withTruth ? ['Truly right'] : [])]
  return details(
    'The numbers behind this chart',
    table(
      [{ title: 'Round' }, ...columns.map((title) => ({ title, numeric: true }))],
      curve.map((point) => [
        count(point.round),
        amount(point.spent),
        percent(point.expectedAccuracy),
        ...(withTruth ? [percent(point.trueAccuracy ?? NaN)] : []),
      ]),
    ),
  )
}
