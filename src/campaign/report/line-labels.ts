import type { PlotArea } from './chart-frame.ts'
import { px } from './format.ts'
import { clip, html, type Markup } from './markup.ts'

/** A point of the plot in pixels, from its upper left corner. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** The end of a line and its name; null for a line without points. */
interface LineEnd {
  readonly label: string
  readonly tone: string
  readonly end: Place | null
}

const lineHeight = 18
const letterWidth = 8

/** Up and down in turn, ever further. */
const shifts = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? -1 : 1) * Math.ceil(i / 2) * 9)

interface Label extends Place {
  readonly text: string
  readonly tone: string
  readonly anchor: 'start' | 'end'
}

/** Writes names beside the ends of their lines, moved up or down to the nearest place where they overlap no earlier one. */
export function lineLabels(ends: readonly LineEnd[], area: PlotArea): Markup {
  const placed: Label[] = []
  for (const { label, tone, end } of ends) {
    if (!end || end.y > area.height) continue
    const text = clip(label, 44)
    const fitsBehind = end.x + 10 + text.length * letterWidth <= area.width
    const wished: Label = fitsBehind
      ? { text, tone, x: end.x + 10, y: Math.max(14, end.y + 4), anchor: 'start' }
      : { text, tone, x: end.x - 2, y: Math.max(14, end.y - 7), anchor: 'end' }
    const places = shifts.map((shift) => ({ ...wished, y: wished.y + shift })).filter(({ y }) => y >= 14)
    placed.push(places.find((place) => placed.every((other) => !overlap(place, other))) ?? wished)
  }
  return html`${placed.map(
    ({ text, tone, x, y, anchor }) =>
      html`<text class="line-label ${tone}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${text}</text>`,
  )}`
}

function overlap(a: Label, b: Label): boolean {
  const left = ({ x, text, anchor }: Label): number => (anchor === 'start' ? x : x - text.length * letterWidth)
  const right = (label: Label): number => left(label) + label.text.length * letterWidth
  return Math.abs(a.y - b.y) < lineHeight && left(a) < right(b) && left(b) < right(a)
}
