import { get, Refusal } from './api.js'
import { makeChoices } from './choices.js'
import { makeDeck } from './deck.js'
import { keyRows, listenToKeys } from './keys.js'
import { messageFor } from './message.js'
import { makeOutbox } from './outbox.js'
import { makeVerdict } from './verdict.js'
import { announce, showFacts, showKeys, showMessage, showOnStage, showQuestion, showSaved, toast, ui } from './view.js'

/** A bouncing key must not answer what nobody has seen yet, nor a steady hand what has become another question. */
const leastLookMs = { same: 120, other: 400 }
/** What is on the stage; `at` is when it could be seen, `isOpen` whether it may be answered. */
const nothing = { card: null, at: 0, canBeSeen: false, isOpen: false }
const [eagerPollMs, lazyPollMs] = [1000, 10_000]

let status
let deck = null
let last = null
let choices = null
let asked = null
let shown = nothing
let isLocked = false
let wantsSuggestion = false
let polledAt = 0
let outbox
let choicesByLevel = {}
const makers = new Map()
const verdict = makeVerdict(answer)

async function start() {
  ;[status, choicesByLevel] = await Promise.all([get('/api/status'), get('/api/choices')])
  outbox = makeOutbox(status.ledger, {
    onChange: () => render(),
    onSent: (reply) => {
      status = reply.status
      void fetchQuestions()
    },
    onRefused: (_, refusal) => toast(`An answer was not accepted: ${refusal.message}`, true),
    onLocked: lock,
  })
  const known = sessionStorage.getItem(`person ${status.ledger}`)
  const only = status.people.length === 1 ? status.people[0].id : null
  const person = status.people.find(({ id }) => id === known)?.id ?? only
  if (person !== null) choose(person)
  render()
  void poll()
}

function choose(person) {
  deck?.release()
  sessionStorage.setItem(`person ${status.ledger}`, person)
  deck = makeDeck(person, (card) => outbox.has(card))
  last = null
  void fetchQuestions()
}

async function fetchQuestions() {
  try {
    await deck?.refill()
  } catch (thrown) {
    if (thrown instanceof Refusal) lock(thrown)
  }
  render()
}

/** Asks how things stand: often while there is nothing to do, now and then while there is. */
async function poll() {
  const isDue = !deck?.current() || performance.now() - polledAt > lazyPollMs
  if (isDue && !document.hidden) await refresh()
  setTimeout(poll, eagerPollMs)
}

async function refresh() {
  polledAt = performance.now()
  try {
    status = await get('/api/status')
    // Another project is served here now.
    if (status.ledger !== outbox.ledger) return location.reload()
    isLocked = false
    await fetchQuestions()
  } catch (thrown) {
    if (thrown instanceof Refusal) return lock(thrown)
    const text = 'It is tried again by itself; your answers are kept.'
    if (!deck?.current()) showMessage({ title: 'The server cannot be reached', text, orbit: true })
  }
}

function lock(refusal) {
  if (![401, 403, 421].includes(refusal.status)) return toast(refusal.message, true)
  isLocked = true
  render()
}

function render() {
  if (!outbox) return
  const state = outbox.state()
  const me = status.people.find(({ id }) => id === deck?.annotator)
  showSaved(state)
  const done = me ? Math.min(me.answeredInRound + state.waiting, me.answeredInRound + me.open) : 0
  showFacts(status, { done, total: me ? me.answeredInRound + me.open : 0 })
  ui.person.hidden = status.people.length < 2 || !deck
  ui.person.textContent = deck?.annotator ?? ''
  const card = deck?.current()
  if (isLocked) {
    return showMessage({
      title: 'The server was started anew',
      text: 'Open the address that it printed this time. Answers that are not sent yet are kept in this browser.',
    })
  }
  if (card) return showCard(card)
  shown = nothing
  return showMessage(
    messageFor(status, { person: deck?.annotator ?? null, canTakeBack: state.canTakeBack, takeBack, choose }),
  )
}

function showCard(card) {
  if (shown.card === card) return
  shown = { ...nothing, card }
  ui.ask.setAttribute('aria-busy', true)
  ui.message.hidden = true
  ui.ask.hidden = false
  const isOther = asked !== JSON.stringify(card.question)
  asked = JSON.stringify(card.question)
  showQuestion(card, isOther)
  showChoices(card.question)
  showSuggestion()
  ui.stage.scrollTop = 0
  const isCurrent = () => shown.card === card
  void showOnStage(card, status.noun, isCurrent).then((canBeSeen) => {
    if (!isCurrent()) return
    shown = { ...shown, at: performance.now(), canBeSeen }
    setTimeout(() => isCurrent() && open(), isOther ? leastLookMs.other : leastLookMs.same)
  })
  announce(`${card.words} ${card.text ?? ''}`)
}

function open() {
  shown = { ...shown, isOpen: true }
  ui.ask.setAttribute('aria-busy', false)
}

function choicesFor({ kind, level }) {
  if (kind === 'verify') return verdict
  if (!makers.has(level)) makers.set(level, makeChoices(choicesByLevel[level], answer))
  return makers.get(level)
}

function showChoices(question) {
  const before = choices
  choices = choicesFor(question)
  const isOther = choices !== before
  ui.searching.hidden = !choices.isLong
  ui.choices.classList.toggle('long', choices.isLong)
  ui.choices.classList.toggle('verdict', choices === verdict)
  ui.unsure.querySelector('kbd').textContent = choices.isLong ? 'Esc' : 'X'
  ui.back.querySelector('kbd').textContent = choices.isLong ? 'Bksp' : 'Z'
  ui.suggest.querySelector('kbd').textContent = choices.isLong ? 'Alt S' : 'S'
  if (isOther || ui.search.value !== '') {
    ui.search.value = ''
    searched()
  }
  // On a touch screen the focus would open the keyboard over the answers.
  if (choices.isLong && matchMedia('(pointer: fine)').matches) ui.search.focus({ preventScroll: true })
  else if (ui.choices.contains(document.activeElement)) ui.stage.focus({ preventScroll: true })
}

function searched() {
  ui.choices.replaceChildren(...choices.search(ui.search.value))
  ui.choices.scrollTop = 0
  const first = ui.search.value && choices.first()
  ui.hint.textContent = !ui.search.value ? '' : first ? `Enter: ${first}` : 'No answer is called so.'
  if (ui.search.value) announce(first ? `${choices.count()} found, first ${first}` : 'none found')
}

function showSuggestion() {
  const { name } = shown.card ?? {}
  const guess = guessOf(shown.card)
  ui.suggest.setAttribute('aria-pressed', wantsSuggestion)
  ui.suggestion.hidden = !wantsSuggestion
  choices?.mark(wantsSuggestion ? guess?.said : null)
  const words = guess
    ? `Suggestion: ${wordsFor(guess.said)}, ${Math.round(100 * guess.probability)} %`
    : 'No suggestion for this one'
  ui.suggestion.textContent = `${words} · ${name}`
  if (wantsSuggestion) announce(words)
}

/** What the campaign would say to a card's question, with its probability; null where it does not know. */
function guessOf(card) {
  if (!card?.guess) return null
  const { label, probability } = card.guess
  if (card.question.kind !== 'verify') return { said: label, probability }
  return { said: probability >= 0.5, probability: Math.max(probability, 1 - probability) }
}

function wordsFor(said) {
  if (typeof said === 'boolean') return said ? 'yes' : 'no'
  return said ?? 'cannot tell'
}

/** @param said - A class's name, yes or no as true or false, or null: cannot tell. */
function answer(said) {
  const { card, at, canBeSeen, isOpen } = shown
  if (!isOpen || said === undefined) return
  if (!canBeSeen && said !== null) return toast('What cannot be seen cannot be named: answer “cannot tell”.', true)
  const { annotator, item, question, attempt } = card
  last = deck.next()
  const seconds = Math.min(86_400, Math.round(performance.now() - at) / 1000)
  const answered = question.kind === 'verify' ? { approved: said } : { label: said }
  outbox.add({ annotator, item, question, attempt, ...answered, seconds })
  toast(question.kind === 'verify' && said !== null ? `${wordsFor(said)}: ${question.label}` : wordsFor(said))
  void fetchQuestions()
}

function takeBack() {
  if (!last || !outbox.state().canTakeBack) return
  deck.putBack(last)
  last = null
  outbox.takeBack()
  toast('taken back')
}

function suggest() {
  wantsSuggestion = !wantsSuggestion
  showSuggestion()
}

function help() {
  showKeys(keyRows(choices ?? { isLong: false, digitsSearch: false, byKey: {} }))
  ui.help.showModal()
}

listenToKeys({
  choices: () => (shown.card ? choices : null),
  take: (said) => said !== null && answer(said),
  unsure: () => answer(null),
  back: takeBack,
  suggest,
  searched,
  help,
})
ui.unsure.addEventListener('click', () => answer(null))
ui.back.addEventListener('click', takeBack)
ui.suggest.addEventListener('click', suggest)
ui['help-button'].addEventListener('click', help)
ui.person.addEventListener('click', () => {
  outbox.letGo()
  deck.release()
  deck = null
  sessionStorage.removeItem(`person ${status.ledger}`)
  render()
})
window.addEventListener('pagehide', () => {
  outbox?.letGo()
  deck?.release()
})
window.addEventListener('pageshow', (event) => event.persisted && void fetchQuestions())

start().catch((thrown) => showMessage({ title: 'The page cannot start', text: thrown.message }))
