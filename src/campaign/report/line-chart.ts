import { bottomTicks, frame, plotArea, scaleOf, type Axis } from './chart-frame.ts'
import { lineLabels, type Place } from './line-labels.ts'
import { html, type Markup } from './markup.ts'

/** A line and the words at its end. */
export interface Line {
  /** Null where a legend has its name. */
  readonly label: string | null
  /** Its look: classes of the style sheet. */
  readonly tone: 'ours' | 'truth' | 'reference' | 'reference other' | SeriesTone
  /** By rising `x`; points with a note get a dot, the note is its tooltip. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly note?: string }[]
  /** What lies around it, e.g. a confidence band; by rising `x`. */
  readonly band?: readonly { readonly x: number; readonly low: number; readonly high: number }[]
}

/** One of many lines of equal rank: a colour, and strokes where there are more lines than colours are told apart. */
export type SeriesTone = `s${number}` | `s${number} dashed` | `s${number} dotted`

/** A line chart whose lines carry their names at their ends; what lies outside the axes is cut off. */
export interface LineChart {
  readonly description: string
  readonly lines: readonly Line[]
  readonly x: Axis
  readonly y: Axis
  /** A horizontal mark, e.g. a target. */
  readonly mark: { readonly y: number; readonly label: string } | null
}

/** Draws the chart at a width in pixels. */
export function drawLineChart(chart: LineChart, width: number): Markup {
  const height = width > 500 ? 420 : 340
  const area = plotArea(width, height)
  const toX = scaleOf(chart.x, 0, area.width)
  const toY = scaleOf(chart.y, area.height, 0)
  const drawn = chart.lines.map((line) => ({
    line,
    at: line.points.map((point) => ({ x: toX(point.x), y: toY(point.y), note: point.note })),
  }))
  const ends = drawn.flatMap(({ line: { label, tone }, at }) =>
    label === null ? [] : [{ label, tone, end: lastInside(at, area.width) }],
  )
  const mark = chart.mark
    ? [{ label: chart.mark.label, tone: 'mark-label', end: { x: area.width, y: toY(chart.mark.y) } }]
    : []
  const inside = `translate(${area.left} ${area.top})`
  const everyOther = width > 500 || chart.x.ticks.length < 6 ? 1 : 2
  return html`<svg class="chart" role="img" aria-label="${chart.description}" viewBox="0 0 ${width} ${height}">
    ${frame(area, chart.x, chart.y)}
    ${bottomTicks(
      area,
      chart.x.ticks
        .filter((_, i) => i % everyOther === 0)
        .map((tick) => ({ x: area.left + toX(tick), text: chart.x.format(tick) })),
    )}
    ${chart.mark && html`<path class="mark" d="M${area.left} ${area.top + toY(chart.mark.y)}h${area.width}" />`}
    <svg x="${area.left}" y="${area.top}" width="${area.width}" height="${area.height}">
      ${chart.lines.map(
        ({ tone, band = [] }) => band.length > 0 && html`<path class="band ${tone}" d="${outline(band, toX, toY)}" />`,
      )}
      ${drawn.map(({ line, at }) => html`<path class="line ${line.tone}" d="${pathThrough(at)}" />`)}
    </svg>
    <g transform="${inside}">
      ${drawn.map(({ line, at }) =>
        at.map(
          ({ x, y, note }) =>
            note !== undefined &&
            html`<circle class="dot ${line.tone}" cx="${x}" cy="${y}" r="4"><title>${note}</title></circle>`,
        ),
      )}
      ${lineLabels([...ends, ...mark], area)}
    </g>
  </svg>`
}

function pathThrough(points: readonly Place[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('')
}

type Scale = (value: number) => number

/** Along the upper edge of a band and back along the lower one. */
function outline(band: NonNullable<Line['band']>, toX: Scale, toY: Scale): string {
  const upper = band.map(({ x, high }) => ({ x: toX(x), y: toY(high) }))
  const lower = band.toReversed().map(({ x, low }) => ({ x: toX(x), y: toY(low) }))
  return `${pathThrough([...upper, ...lower])}Z`
}

/** Where a line leaves the plot on the right, or ends. */
function lastInside(points: readonly Place[], right: number): Place | null {
  const beyond = points.findIndex(({ x }) => x > right)
  if (beyond <= 0) return points[points.length - 1] ?? null
  const a = points[beyond - 1]!
  const b = points[beyond]!
  return { x: right, y: a.y + ((b.y - a.y) * (right - a.x)) / (b.x - a.x) }
}
