/** The page's elements by their id. */
export const ui = Object.fromEntries([...document.querySelectorAll('[id]')].map((found) => [found.id, found]))

const percent = (share) => `${(Math.floor(share * 1000) / 10).toFixed(1)} %`

/** The line on top: where the campaign stands. `done` and `total` are one's own questions of this round. */
export function showFacts(status, { done, total }) {
  ui.title.textContent = status.title
  const facts = [
    status.round >= 0 && `Round ${status.round + 1}`,
    `${status.answersByPeople.toLocaleString('en-US')} answer${status.answersByPeople === 1 ? '' : 's'} for ${status.items.toLocaleString('en-US')} ${status.noun}s`,
    status.budget === null ? `${status.spent} spent` : `${status.spent} of ${status.budget}`,
    status.expectedAccuracy !== null && `expected accuracy ${percent(status.expectedAccuracy)}`,
  ]
  ui.facts.replaceChildren(
    ...facts.filter(Boolean).map((fact) => Object.assign(document.createElement('span'), { textContent: fact })),
  )
  ui.report.hidden = !status.hasReport
  ui.progress.firstElementChild.style.width = total > 0 ? `${(100 * done) / total}%` : '0'
  ui.progress.setAttribute('aria-valuemax', total)
  ui.progress.setAttribute('aria-valuenow', done)
  const left = Math.max(0, total - done)
  ui.left.textContent = left > 0 ? `${left} left in this round` : ''
  document.title = left > 0 ? `${left} left · ${status.title}` : status.title
}

export function showSaved({ waiting, canTakeBack, isOffline }) {
  ui.saved.textContent = waiting === 0 && !isOffline ? 'all saved' : `${waiting} waiting${isOffline ? ', offline' : ''}`
  ui.saved.dataset.state = isOffline ? 'offline' : waiting > 0 ? 'waiting' : 'saved'
  ui.back.disabled = !canTakeBack
}

/** Asks the question of a card; a name that is asked about is set large, and shines up where it was another one before. */
export function showQuestion({ words, subject }, isOther) {
  ui.about.textContent = [subject?.within, subject?.description].filter(Boolean).join(' · ')
  if (!subject) return ui.words.replaceChildren(words)
  const name = Object.assign(document.createElement('bdi'), { textContent: subject.name })
  const line = Object.assign(document.createElement('span'), { className: isOther ? 'subject new' : 'subject' })
  line.append(name, '?')
  ui.words.replaceChildren('Is this ', line)
}

/** Puts a card's picture or text on the stage, unless another card has come meanwhile; resolves to whether it can be seen. */
export async function showOnStage({ text, image, ready, item }, noun, isCurrent) {
  if (image === null) {
    const quote = Object.assign(document.createElement('blockquote'), { textContent: text, dir: 'auto', tabIndex: 0 })
    quote.classList.toggle('short', text.length < 240)
    ui.stage.replaceChildren(quote)
    return true
  }
  image.alt = `The ${noun} in question`
  const slow = setTimeout(() => isCurrent() && ui.stage.replaceChildren(), 80)
  const canBeSeen = await ready.then(
    () => true,
    () => false,
  )
  clearTimeout(slow)
  if (!isCurrent()) return false
  const broken = Object.assign(document.createElement('p'), { textContent: `Picture ${item + 1} cannot be shown.` })
  ui.stage.replaceChildren(canBeSeen ? image : broken)
  return canBeSeen
}

/** A screen of words instead of a question. `actions` are `{ text, act }` or `{ text, href }`. */
export function showMessage({ title, text = '', more = '', orbit = false, actions = [] }) {
  const said = JSON.stringify([title, text, more, actions.map((action) => action.text)])
  const isNew = ui.message.hidden || ui.message.dataset.said !== said
  ui.ask.hidden = true
  ui.message.hidden = false
  if (!isNew) return
  ui.message.dataset.said = said
  ui.orbit.hidden = !orbit
  ui['message-title'].textContent = title
  ui['message-text'].textContent = text
  ui['message-more'].textContent = more
  ui['message-actions'].replaceChildren(...actions.map(actionElement))
  announce(`${title} ${text}`)
}

function actionElement({ text, note, act, href }) {
  const made = document.createElement(href ? 'a' : 'button')
  made.className = 'button'
  made.textContent = text
  if (note) made.append(Object.assign(document.createElement('small'), { textContent: note }))
  if (href) made.href = href
  else made.addEventListener('click', act)
  return made
}

export function announce(text) {
  ui.announcer.textContent = text
}

let fading

/** A short word on what just happened. */
export function toast(text, isBad = false) {
  clearTimeout(fading)
  ui.toast.textContent = text
  ui.toast.className = isBad ? 'shown bad' : 'shown'
  fading = setTimeout(() => (ui.toast.className = ''), isBad ? 8000 : 2800)
}

export function showKeys(rows) {
  ui.keys.replaceChildren(
    ...rows.flatMap(([keys, meaning]) => {
      const term = document.createElement('dt')
      term.append(...keys.map((key) => Object.assign(document.createElement('kbd'), { textContent: key })))
      return [term, Object.assign(document.createElement('dd'), { textContent: meaning })]
    }),
  )
}
