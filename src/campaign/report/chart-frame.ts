import { px } from './format.ts'
import { html, type Markup } from './markup.ts'

/** An axis: its ticks (the first and last are its ends), how they are written, and what it is called. */
export interface Axis {
  readonly ticks: readonly number[]
  readonly format: (tick: number) => string
  readonly title: string
}

/** The inside of a chart, in pixels of its SVG. */
export interface PlotArea {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Sizes a chart is drawn at: the page shows the one that fits, so that its letters keep their size. */
const chartWidths = { wide: 900, narrow: 360 } as const

/** Draws a chart for wide and for narrow screens. */
export function responsive(draw: (width: number) => Markup): Markup {
  return html`<div class="wide">${draw(chartWidths.wide)}</div>
    <div class="narrow">${draw(chartWidths.narrow)}</div>`
}

/** Round numbers (1, 2 or 5 times a power of ten) from at or below `low` to at or above `high`, about as many as asked for. */
export function niceTicks(low: number, high: number, about: number): number[] {
  // Money has six decimals; finer ticks would only meet the limits of floating point.
  const rough = Math.max(1e-6, high > low ? high - low : Math.abs(low) || 1) / about
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10)
  const first = Math.floor(low / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9))
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** Maps an axis onto pixels: its first tick to `from`, its last to `to`. */
export function scaleOf({ ticks }: Axis, from: number, to: number): (value: number) => number {
  const first = ticks[0] ?? 0
  const last = ticks[ticks.length - 1] ?? 1
  return (value) => px(from + ((value - first) / (last - first)) * (to - from))
}

/** The area left for a plot beside its tick labels. */
export function plotArea(width: number, height: number): PlotArea {
  return { left: 52, top: 30, width: width - 52 - 14, height: height - 30 - 46 }
}

/** Grid lines and tick labels of the vertical axis, and both titles. */
export function frame(area: PlotArea, x: Axis, y: Axis): Markup {
  const { left, top, width, height } = area
  const toY = scaleOf(y, top + height, top)
  return html`<text class="axis-title" x="${left}" y="${top - 14}">${y.title}</text>
    <text class="axis-title" x="${left + width}" y="${top + height + 40}" text-anchor="end">${x.title}</text>
    ${y.ticks.map(
      (tick) =>
        html`<path class="grid" d="M${left} ${toY(tick)}h${width}" />
          <text class="tick" x="${left - 8}" y="${toY(tick) + 4}" text-anchor="end">${y.format(tick)}</text>`,
    )}`
}

/** Tick labels under the plot. */
export function bottomTicks(area: PlotArea, labels: readonly { readonly x: number; readonly text: string }[]): Markup {
  const y = area.top + area.height + 20
  return html`${labels.map(({ x, text }) => html`<text class="tick" x="${px(x)}" y="${y}" text-anchor="middle">${text}</text>`)}`
}
