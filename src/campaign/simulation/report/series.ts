import type { SeriesTone } from '../../report/line-chart.ts'
import { seriesColours } from '../../report/chart-style.ts'
import { clip, html, type Markup } from '../../report/markup.ts'

/** The look of the strategy at this place, the same in all charts and tables. Every second colour is dashed, for those who see few colours. */
export function toneOf(place: number): SeriesTone {
  const colour: SeriesTone = `s${place % seriesColours}`
  if (place >= seriesColours) return `${colour} dotted`
  return place % 2 === 0 ? colour : `${colour} dashed`
}

/** A strategy's name behind a piece of its line. */
export function strategyKey(name: string, place: number): Markup {
  return html`<span class="key"
    ><svg class="key-line" viewBox="0 0 28 8" aria-hidden="true"><path class="line ${toneOf(place)}" d="M2 4H26" /></svg
    >${clip(name, 40)}</span
  >`
}
