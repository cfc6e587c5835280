import { count, counted, roughPercent, width } from './format.ts'
import { clip, html, type Markup } from './markup.ts'
import type { ClassCount, ReportData } from './report-data.ts'

const rowLimit = 30
/** Of the rows, how many are kept for the rarest classes when not all fit. */
const rareRows = 10

/** The final labels by class, most frequent first, with both ends where the list is long; null without classes. */
export function classesSection({ classes, noun }: ReportData): Markup | null {
  if (classes.length === 0) return null
  const sorted = classes.toSorted((a, b) => b.count - a.count)
  const largest = sorted[0]!.count
  const row = (entry: ClassCount): Markup => classRow(entry, largest)
  const between = sorted.slice(rowLimit - rareRows, -rareRows)
  const all = sorted.length <= rowLimit
  return html`<section id="classes">
    <h2>Final labels by class</h2>
    <p class="lead">${shapeWords(sorted, noun)}</p>
    <p class="legend">
      <span class="key"><i class="swatch people"></i>labelled by people</span>
      <span class="key"><i class="swatch ours"></i>labelled by models</span>
    </p>
    <ol class="classes">
      ${all ? sorted.map(row) : sorted.slice(0, rowLimit - rareRows).map(row)}
      ${
        !all &&
        html`<li class="between">
          ${count(between.length)} classes between, ${count(between[between.length - 1]?.count ?? 0)} to
          ${count(between[0]?.count ?? 0)} each
        </li>`
      }
      ${!all && sorted.slice(-rareRows).map(row)}
    </ol>
  </section>`
}

function classRow({ label, count: n, byPeople }: ClassCount, largest: number): Markup {
  return html`<li title="${clip(label, 60)}: ${count(n)}, ${count(byPeople)} by people">
    <span class="name">${clip(label, 40)}</span>
    <span class="bar" aria-hidden="true">
      <i class="people" style="width:${width(byPeople, largest)}"></i
      ><i class="ours" style="width:${width(n - byPeople, largest)}"></i>
    </span>
    <span class="number">${count(n)}</span>
  </li>`
}

/** How long the tail is, in words. */
function shapeWords(sorted: readonly ClassCount[], noun: string): string {
  const total = sorted.reduce((sum, { count: n }) => sum + n, 0)
  const first = sorted[0]!
  const last = sorted[sorted.length - 1]!
  if (sorted.length < 2 || !(total > 0)) return `${counted(sorted.length, 'classes')}, ${counted(total, noun)}.`
  let half = 0
  for (let sum = 0; half < sorted.length && sum < total / 2; half++) sum += sorted[half]!.count
  return (
    `${count(half)} of ${count(sorted.length)} classes hold half of the ${noun}. The most frequent is ` +
    `“${clip(first.label, 40)}” with ${count(first.count)} (${roughPercent(first.count / total)}), ` +
    `the rarest “${clip(last.label, 40)}” with ${count(last.count)}.`
  )
}
