import { get, post } from './api.js'
import { keyOf } from './outbox.js'

/** New questions are fetched when fewer than this many are left; their pictures are decoded before they are needed. */
const [wantedAhead, fetchedAtOnce] = [5, 8]

/** The questions that one person has before them, with their pictures. */
export function makeDeck(annotator, isAnswered) {
  const cards = []
  let fetching = null

  /** Fetches questions if few are left. Rejects when the server cannot be reached. */
  function refill() {
    if (cards.length < wantedAhead) fetching ??= fetchMore().finally(() => (fetching = null))
    return fetching ?? Promise.resolve()
  }

  async function fetchMore() {
    const query = new URLSearchParams({ annotator, limit: fetchedAtOnce })
    const { questions } = await get(`/api/questions?${query}`)
    const known = new Set(cards.map(keyOf))
    for (const question of questions) {
      const card = { ...question, annotator }
      // A lease that ran out brings back what this page still shows, or has answered but not sent yet.
      if (known.has(keyOf(card)) || isAnswered(card)) continue
      cards.push({ ...card, ...pictureOf(card) })
    }
  }

  /** Hands the questions back for whoever comes next, as the page is closed. */
  function release() {
    giveBack()
    void fetching?.then(giveBack, () => {})
  }

  function giveBack() {
    const questions = cards.splice(0).map(({ item, question, attempt }) => ({ item, question, attempt }))
    if (questions.length > 0) post('/api/release', { annotator, questions }).catch(() => {})
  }

  return {
    annotator,
    current: () => cards[0],
    size: () => cards.length,
    next: () => cards.shift(),
    putBack: (card) => void cards.unshift(card),
    refill,
    release,
  }
}

function pictureOf({ picture }) {
  if (picture === null) return { image: null, ready: Promise.resolve() }
  const image = new Image()
  image.src = picture
  const ready = image.decode()
  ready.catch(() => {})
  return { image, ready }
}
