import { bottomTicks, frame, niceTicks, plotArea, responsive, scaleOf } from './chart-frame.ts'
import { amount, count, counted, money, px, roughPercent, width } from './format.ts'
import { clip, html, type Markup } from './markup.ts'
import type { AnnotatorSpend, ReportData } from './report-data.ts'
import { details, table } from './table.ts'

const annotatorLimit = 8
const columnLimit = 60

/** Who was paid what, in total and over the rounds; null where nobody was asked. */
export function spendSection({ spend, currency }: ReportData): Markup | null {
  if (spend.length === 0) return null
  const rows = foldSmallest(spend)
  const total = rows.reduce((sum, row) => sum + row.amount, 0)
  return html`<section id="spend">
    <h2>Where the money went</h2>
    <ul class="payees">
      ${rows.map(
        (row, i) =>
          html`<li>
            <span class="name"><i class="swatch s${i}"></i>${clip(row.annotator, 40)}</span>
            <span class="bar" aria-hidden="true"><i class="s${i}" style="width:${width(row.amount, total)}"></i></span>
            <span class="paid">${money(row.amount, currency)} <small>${roughPercent(row.amount / total)}</small></span>
            <span class="note"
              >${answersWords(row, currency)}${row.unusable ? `, ${count(row.unusable)} without a class` : ''}</span
            >
          </li>`,
      )}
    </ul>
    ${byRound(rows, currency)}
  </section>`
}

function answersWords({ answers, amount: all, verdicts = none }: AnnotatorSpend, currency: string): string {
  const parts = [
    { what: 'answers', answers: answers - verdicts.answers, amount: all - verdicts.amount },
    { what: 'yes/no answers', ...verdicts },
  ].filter((part) => part.answers > 0)
  return parts
    .map((part) => `${counted(part.answers, part.what)} at ${money(part.amount / part.answers, currency)} each`)
    .join(' and ')
}

const none = { answers: 0, amount: 0 }

/** The dearest annotators first; what does not fit is summed up in one row. */
function foldSmallest(spend: readonly AnnotatorSpend[]): AnnotatorSpend[] {
  const byAmount = spend.toSorted((a, b) => b.amount - a.amount)
  if (byAmount.length <= annotatorLimit) return byAmount
  const rest = byAmount.slice(annotatorLimit - 1)
  return [
    ...byAmount.slice(0, annotatorLimit - 1),
    {
      annotator: `${count(rest.length)} others`,
      amount: sum(rest.map((row) => row.amount)),
      answers: sum(rest.map((row) => row.answers)),
      unusable: sum(rest.map((row) => row.unusable ?? 0)),
      verdicts: {
        answers: sum(rest.map(({ verdicts = none }) => verdicts.answers)),
        amount: sum(rest.map(({ verdicts = none }) => verdicts.amount)),
      },
      byRound: addUp(rest.map((row) => row.byRound)),
    },
  ]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function addUp(lists: readonly (readonly number[])[]): number[] {
  const length = lists.reduce((longest, list) => Math.max(longest, list.length), 0)
  return Array.from({ length }, (_, i) => sum(lists.map((list) => list[i] ?? 0)))
}

function byRound(rows: readonly AnnotatorSpend[], currency: string): Markup | null {
  const rounds = addUp(rows.map((row) => row.byRound)).length
  if (rounds < 2) return null
  const size = Math.ceil(rounds / columnLimit)
  const columns = Array.from({ length: Math.ceil(rounds / size) }, (_, i) => ({
    name: size === 1 ? count(i + 1) : `${count(i * size + 1)}–${count(Math.min(rounds, (i + 1) * size))}`,
    amounts: rows.map((row) => sum(row.byRound.slice(i * size, (i + 1) * size))),
  }))
  return html`<figure>
      ${responsive((chartWidth) => drawColumns(columns, rows, { chartWidth, currency }))}
      <figcaption>Money by round, in the colours above.</figcaption>
    </figure>
    ${details(
      'The numbers behind this chart',
      table(
        [{ title: 'Round' }, ...rows.map((row) => ({ title: clip(row.annotator, 40), numeric: true }))],
        columns.map(({ name, amounts }) => [name, ...amounts.map(amount)]),
      ),
    )}`
}

interface Column {
  readonly name: string
  readonly amounts: readonly number[]
}

function drawColumns(
  columns: readonly Column[],
  rows: readonly AnnotatorSpend[],
  { chartWidth, currency }: { readonly chartWidth: number; readonly currency: string },
): Markup {
  const height = 240
  const area = plotArea(chartWidth, height)
  const tallest = Math.max(0, ...columns.map(({ amounts }) => sum(amounts)).filter((height) => height < 1e12))
  const y = { ticks: niceTicks(0, tallest, 4), format: amount, title: `money (${currency})` }
  const toHeight = scaleOf(y, 0, area.height)
  const step = area.width / columns.length
  const every = Math.ceil((columns.length * (columns.length > 9 ? 30 : 16)) / area.width)
  const middle = (i: number): number => area.left + step * (i + 0.5)
  return html`<svg
    class="chart"
    role="img"
    aria-label="Money spent in each round"
    viewBox="0 0 ${chartWidth} ${height}"
  >
    ${frame(area, { ticks: [], format: count, title: 'round' }, y)}
    ${bottomTicks(
      area,
      columns.map(({ name }, i) => ({ x: middle(i), text: name })).filter((_, i) => i % every === 0),
    )}
    ${columns.map(({ name, amounts }, i) => {
      let top = area.top + area.height
      const barWidth = Math.min(44, step * 0.72)
      return amounts.map((value, j) => {
        const tall = Math.max(0, toHeight(value))
        top -= tall
        return (
          tall > 0 &&
          html`<rect
            class="s${j}"
            x="${px(middle(i) - barWidth / 2)}"
            y="${px(top)}"
            width="${px(barWidth)}"
            height="${px(tall)}"
          >
            <title>round ${name}: ${clip(rows[j]?.annotator ?? '', 40)} ${money(value, currency)}</title>
          </rect>`
        )
      })
    })}
  </svg>`
}
