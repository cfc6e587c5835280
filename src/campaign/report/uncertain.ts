import { count, roughPercent, width } from './format.ts'
import { clip, html, type Markup } from './markup.ts'
import type { ReportData, UncertainItem } from './report-data.ts'

const itemLimit = 48
const guessLimit = 4
const answerLimit = 4
const pictureLimit = 200_000

/** A contact sheet of the items the campaign is least sure of; null where there is none. */
export function uncertainSection({ uncertain, noun }: ReportData): Markup | null {
  if (uncertain.length === 0) return null
  const left = uncertain.length - itemLimit
  return html`<section id="uncertain">
    <h2>Least certain ${noun}</h2>
    <p class="lead">Where one more answer would help most. Bars are the posterior’s best guesses.</p>
    <ul class="sheet ${uncertain.some(({ picture }) => picture !== null) ? 'pictures' : 'texts'}">
      ${uncertain.slice(0, itemLimit).map(card)}
    </ul>
    ${left > 0 && html`<p class="left-out">${count(left)} more are not shown.</p>`}
  </section>`
}

function card(item: UncertainItem): Markup {
  return html`<li class="card">
    ${content(item)}
    <div class="below">
      <p class="id" title="${clip(item.id, 200)}">${clip(item.id, 60)}</p>
      <ul class="guesses">
        ${item.guesses.slice(0, guessLimit).map(
          ({ label, probability }) =>
            html`<li>
              <span class="name">${clip(label, 40)}</span><span class="share">${roughPercent(probability)}</span>
              <span class="bar" aria-hidden="true"><i style="width:${width(probability, 1)}"></i></span>
            </li>`,
        )}
      </ul>
      ${answers(item)}
    </div>
  </li>`
}

function content({ id, picture, text }: UncertainItem): Markup | null {
  if (picture?.startsWith('data:image/') && picture.length <= pictureLimit) {
    return html`<img src="${picture}" alt="${clip(id, 60)}" loading="lazy" />`
  }
  return text === null ? null : html`<blockquote>${clip(text, 280)}</blockquote>`
}

function answers({ answers: given }: UncertainItem): Markup | null {
  if (given.length === 0) return null
  const left = given.length - answerLimit
  return html`<p class="answers">
    ${given
      .slice(0, answerLimit)
      .map(({ annotator, said }) => html`<span>${clip(annotator, 24)}: <b>${clip(said, 60)}</b></span> `)}
    ${left > 0 && `and ${count(left)} more`}
  </p>`
}
