import { rightShare, topConfusions, viewChannel, type ChannelView, type Confusion } from './confusions.ts'
import { count, dash, percent, roughPercent, width } from './format.ts'
import { heatMap, heatMapLimit, shades } from './heat-map.ts'
import { clip, html, type Markup } from './markup.ts'
import type { ReportChannel, ReportData } from './report-data.ts'
import { details, table } from './table.ts'

const channelLimit = 12
const confusionLimit = 8
const rowLimit = 150

/** How every annotator errs, as pictures and in words; null where no channel was estimated. */
export function channelsSection({ channels }: ReportData): Markup | null {
  if (channels.length === 0) return null
  const left = channels.length - channelLimit
  return html`<section id="channels">
    <h2>How each annotator errs</h2>
    <p class="lead">A row is a true class, a column what the annotator answers to it.</p>
    ${legend()} ${channels.slice(0, channelLimit).map(channelFigure)}
    ${left > 0 && html`<p class="left-out">${count(left)} more channels are not shown.</p>`}
  </section>`
}

function legend(): Markup {
  const ramp = (name: string, words: string): Markup =>
    html`<span class="key">
      <span class="ramp" aria-hidden="true"
        >${Array.from({ length: shades }, (_, i) => html`<i class="${name} h${i + 1}"></i>`)}</span
      >
      ${words}
    </span>`
  return html`<p class="legend">
    ${ramp('right', 'right')} ${ramp('wrong', 'another class')} ${ramp('silent', 'no usable answer')}
    <span class="note">pale 1 %, strong 100 %, empty less</span>
  </p>`
}

function channelFigure(channel: ReportChannel): Markup {
  const view = viewChannel(channel)
  const confusions = topConfusions(view, { limit: confusionLimit, atLeast: 0.02 })
  return html`<article class="channel">
    <h3>${clip(channel.annotator, 60)} <small>asked for the ${clip(channel.level, 40)}</small></h3>
    <div class="beside">
      <figure>
        <div class="scroll" tabindex="0" role="region" aria-label="heat map">${heatMap(channel.annotator, view)}</div>
        <figcaption>${sizeNote(channel)}</figcaption>
      </figure>
      <div class="words">
        <p>
          ${
            channel.overlap > 0
              ? html`Right on <b>${percent(channel.agreement)}</b> of ${count(channel.overlap)} trusted items drawn at
                  random.`
              : 'Not yet compared with trusted items drawn at random.'
          }
        </p>
        <p>Earned weight <b>${weightText(channel.weight)}</b>: ${weightWords(channel.weight)}.</p>
        <div class="meter ours" aria-hidden="true"><i style="width:${width(channel.weight, 1)}"></i></div>
        ${confusionList(confusions)}
      </div>
    </div>
    ${details('Class by class', classTable(view))}
  </article>`
}

function sizeNote({ truth, said }: ReportChannel): string {
  if (Math.max(truth.length, said.length - 2) > heatMapLimit) {
    return `The ${heatMapLimit} of ${count(truth.length)} classes most often mistaken; names where there is room.`
  }
  const size = `${count(truth.length)} classes by ${count(said.length)} answers`
  if (Math.max(truth.length, said.length) > 52)
    return `${size}; named are the classes most often mistaken, where there is room.`
  return `${size}, in percent of a row${truth.length > 12 ? ': point at a cell to read it' : ''}.`
}

function weightText(weight: number): string {
  return Number.isFinite(weight) ? weight.toFixed(2) : dash
}

function weightWords(weight: number): string {
  if (!(weight > 0)) return 'its answers are not used, because they made predictions on trusted items no better'
  if (weight < 0.35) return 'its answers count a little'
  return weight < 0.8 ? 'its answers count in part' : 'its answers count almost in full'
}

function confusionList(confusions: readonly Confusion[]): Markup {
  if (confusions.length === 0) return html`<p>No mistake is more frequent than 2 %.</p>`
  return html`<h4>Most frequent mistakes</h4>
    <ol class="confusions">
      ${confusions.map(
        (confusion) =>
          html`<li><span>${confusionWords(confusion)}</span> <b>${roughPercent(confusion.probability)}</b></li>`,
      )}
    </ol>`
}

function confusionWords({ truth, said, kind }: Confusion): string {
  const name = clip(truth, 40)
  if (kind === 'outside') return `${name} given a name outside the classes`
  return kind === 'abstained' ? `${name} left without an answer` : `${name} taken for ${clip(said, 40)}`
}

function classTable(view: ChannelView): Markup {
  const rows = view.truth.slice(0, rowLimit).map((name, i) => {
    const row = { ...view, truth: [name], own: [view.own[i]!], probabilities: [view.probabilities[i] ?? []] }
    const [worst] = topConfusions(row, { limit: 1, atLeast: 0.01 })
    return [
      clip(name, 60),
      roughPercent(rightShare(view, i)),
      worst ? clip(worst.said, 60) : dash,
      worst ? roughPercent(worst.probability) : dash,
    ]
  })
  const left = view.truth.length - rowLimit
  return html`${table(
    [
      { title: 'True class' },
      { title: 'Right', numeric: true },
      { title: 'Most frequent mistake' },
      { title: 'Share', numeric: true },
    ],
    rows,
  )}
  ${left > 0 && html`<p class="left-out">${count(left)} more classes are not shown.</p>`}`
}
