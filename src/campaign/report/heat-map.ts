import { focusChannel, rightShare, type ChannelView } from './confusions.ts'
import { px, roughPercent } from './format.ts'
import { clip, html, trusted, type Markup } from './markup.ts'

/** Shades of each ramp of the style sheet, without the empty one. */
export const shades = 6

/** Larger channels are cut down to the classes most often mistaken. */
export const heatMapLimit = 120

/** Below this a cell stays empty: it is mostly the smoothing. */
const visible = 0.01
const tooltipLimit = 400
const letter = 6.1

interface Layout {
  readonly cell: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A channel as a picture: true classes in rows, answers in columns; right answers, mistakes and silence in three colours. */
export function heatMap(annotator: string, whole: ChannelView): Markup {
  const view = focusChannel(whole, heatMapLimit)
  const layout = layOut(view)
  const { cell, left, top, width, height } = layout
  const size = `${view.truth.length} true classes in rows, ${view.said.length} answers in columns`
  return html`<svg
    class="heat-map"
    role="img"
    aria-label="Heat map of ${clip(annotator, 40)}: ${size}"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
  >
    <rect
      class="ground"
      x="${left}"
      y="${top}"
      width="${cell * view.said.length}"
      height="${cell * view.truth.length}"
    />
    <g transform="translate(${left} ${top}) scale(${cell})">${cellPaths(view)}</g>
    ${cell >= 11 && gridLines(view, layout)} ${rowLabels(view, layout)} ${columnLabels(view, layout)}
    ${cell >= 30 && cellNumbers(view, layout)}
    <g transform="translate(${left} ${top}) scale(${cell})" class="hits">${tooltips(view)}</g>
  </svg>`
}

function layOut({ truth, said, kinds }: ChannelView): Layout {
  const classes = Math.max(truth.length, said.length, 1)
  const cell = classes <= 12 ? 36 : classes <= 20 ? 24 : classes <= 30 ? 16 : classes <= 52 ? 12 : 5
  const longest = (names: readonly string[]): number =>
    Math.max(0, ...names.map((name) => clip(name, 20).length)) * letter
  const left = Math.ceil(longest(truth)) + 14
  const top =
    Math.ceil(longest(said.filter((_, j) => cell >= 11 || kinds[j] !== 'class')) * (cell >= 20 ? 0.78 : 1)) + 14
  const overhang = cell >= 20 ? Math.ceil(longest(said.slice(-2)) * 0.65) : 8
  return { cell, left, top, width: left + cell * said.length + overhang, height: top + cell * truth.length + 4 }
}

/** The shade of a probability: by its square root, so that small mistakes are seen. */
function shadeOf(probability: number): number {
  return probability >= visible ? Math.min(shades, Math.ceil(shades * Math.sqrt(probability) - 1e-9)) : 0
}

function rampOf(view: ChannelView, row: number, column: number): 'right' | 'wrong' | 'silent' {
  if (view.kinds[column] !== 'class') return 'silent'
  return view.own[row] === column ? 'right' : 'wrong'
}

/** One path per ramp and shade, neighbours in one stroke: a tenth of the size of one element per cell. */
function cellPaths(view: ChannelView): Markup {
  const paths = new Map<string, string[]>()
  view.truth.forEach((_, row) => {
    const look = (column: number): string => {
      const shade = shadeOf(view.probabilities[row]?.[column] ?? 0)
      return shade > 0 ? `${rampOf(view, row, column)} h${shade}` : ''
    }
    for (let column = 0, end = 0; column < view.said.length; column = end) {
      const key = look(column)
      end = column + 1
      while (end < view.said.length && look(end) === key) end++
      if (key === '') continue
      const path = paths.get(key) ?? []
      paths.set(key, path)
      path.push(`M${column} ${row}h${end - column}v1h${column - end}z`)
    }
  })
  return html`${[...paths].map(([key, path]) => html`<path class="${key}" d="${trusted(path.join(''))}" />`)}`
}

function gridLines({ truth, said }: ChannelView, { cell, left, top }: Layout): Markup {
  const across = truth.map((_, i) => `M${left} ${top + i * cell}h${cell * said.length}`)
  const down = said.map((_, j) => `M${left + j * cell} ${top}v${cell * truth.length}`)
  return html`<path class="cell-grid" d="${[...across, ...down].join('')}" />`
}

/** All names where they fit; else the classes most often mistaken, as far as there is room. */
function rowLabels(view: ChannelView, { cell, left, top }: Layout): Markup {
  const gap = Math.ceil(11 / cell)
  const rows: number[] = []
  const worstFirst = view.truth.map((_, i) => i).sort((a, b) => rightShare(view, a) - rightShare(view, b))
  for (const row of worstFirst) if (rows.every((other) => Math.abs(other - row) >= gap)) rows.push(row)
  return html`${rows
    .sort((a, b) => a - b)
    .map(
      (row) =>
        html`<text class="label" x="${left - 6}" y="${px(top + (row + 0.5) * cell + 4)}" text-anchor="end">
          ${clip(view.truth[row]!, 20)}
        </text>`,
    )}`
}

function columnLabels({ said, kinds }: ChannelView, { cell, left, top }: Layout): Markup {
  const angle = cell >= 20 ? -50 : -90
  return html`${said.map((name, j) => {
    if (cell < 11 && kinds[j] === 'class') return null
    const x = px(left + (j + 0.5) * cell + 3)
    return html`<text class="label" transform="translate(${x} ${top - 6}) rotate(${angle})">${clip(name, 20)}</text>`
  })}`
}

function cellNumbers(view: ChannelView, { cell, left, top }: Layout): Markup {
  return html`${view.truth.map((_, i) =>
    view.said.map((_, j) => {
      const shade = shadeOf(view.probabilities[i]?.[j] ?? 0)
      if (shade === 0) return null
      const [x, y] = [px(left + (j + 0.5) * cell), px(top + (i + 0.5) * cell + 4)]
      const text = roughPercent(view.probabilities[i]![j]!).replace('\u00a0%', '')
      return html`<text class="cell-number ${rampOf(view, i, j)} t${shade}" x="${x}" y="${y}" text-anchor="middle"
        >${text}</text
      >`
    }),
  )}`
}

/** Native tooltips, which need no script, on the cells that say most. */
function tooltips(view: ChannelView): Markup {
  const cells = view.truth.flatMap((_, i) =>
    view.said.flatMap((_, j) => {
      const probability = view.probabilities[i]?.[j] ?? 0
      return probability >= visible ? [{ i, j, probability }] : []
    }),
  )
  return html`${cells
    .sort((a, b) => b.probability - a.probability)
    .slice(0, tooltipLimit)
    .map(
      ({ i, j, probability }) =>
        html`<rect x="${j}" y="${i}" width="1" height="1"
          ><title>${clip(view.truth[i]!, 40)} → ${clip(view.said[j]!, 40)}: ${roughPercent(probability)}</title></rect
        >`,
    )}`
}
