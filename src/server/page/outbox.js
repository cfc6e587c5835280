import { post, Refusal } from './api.js'

/** An answer can be taken back for this long, or until the next one is given. */
const holdMs = 3000
const [shortestPauseMs, longestPauseMs] = [1000, 30_000]

/** Equal exactly for answers to the same question. */
export function keyOf({ annotator, item, question, attempt }) {
  return JSON.stringify([annotator, item, question, attempt])
}

/**
 * Keeps answers until the server has acknowledged them. Every answer has an entry of its own in the browser's storage, so that tabs never
 * overwrite each other's, and a closed or crashed page loses nothing. Sending twice is harmless: the first one counts.
 *
 * @param ledger - Answers are kept for this ledger alone.
 * @param hooks - `onChange()`; `onSent(reply)`; `onRefused(answer, refusal)`; `onLocked()` when the server knows this page no more.
 */
export function makeOutbox(ledger, hooks) {
  const prefix = `labelwright ${ledger} `
  const entries = new Map()
  let held = null
  let holding
  let sending = false
  let isOffline = false
  let pauseMs = shortestPauseMs
  let retry

  for (const [key, entry] of stored(prefix)) entries.set(key, entry)

  function add(answer) {
    letGo()
    const entry = { answer, notBefore: Date.now() + holdMs }
    held = keyOf(answer)
    entries.set(held, entry)
    store(prefix + held, entry)
    holding = setTimeout(letGo, holdMs)
    hooks.onChange()
  }

  /** Sends the held answer; it cannot be taken back any more. */
  function letGo() {
    clearTimeout(holding)
    if (held !== null) {
      const entry = { ...entries.get(held), notBefore: 0 }
      entries.set(held, entry)
      store(prefix + held, entry)
    }
    held = null
    hooks.onChange()
    void send()
  }

  /** Gives back the last answer if it has not been sent, else null. */
  function takeBack() {
    if (held === null) return null
    clearTimeout(holding)
    const { answer } = entries.get(held)
    forget(held)
    held = null
    hooks.onChange()
    return answer
  }

  async function send() {
    if (sending) return
    sending = true
    clearTimeout(retry)
    try {
      for (let next = sendable(); next; next = sendable()) await sendOne(...next)
      isOffline = false
      pauseMs = shortestPauseMs
    } catch (thrown) {
      isOffline = true
      if (thrown instanceof Refusal) hooks.onLocked(thrown)
      retry = setTimeout(send, pauseMs)
      pauseMs = Math.min(longestPauseMs, 2 * pauseMs)
    } finally {
      sending = false
      hooks.onChange()
    }
  }

  async function sendOne(key, { answer }) {
    try {
      const reply = await post('/api/answers', answer)
      forget(key)
      hooks.onSent(reply)
    } catch (thrown) {
      // Without the right cookie or address nothing gets through, but the answer itself may be sound.
      if (!(thrown instanceof Refusal) || [401, 403, 421].includes(thrown.status)) throw thrown
      forget(key)
      hooks.onRefused(answer, thrown)
    }
    hooks.onChange()
  }

  function sendable() {
    const now = Date.now()
    return [...entries].find(([key, { notBefore }]) => key !== held && notBefore <= now)
  }

  function forget(key) {
    entries.delete(key)
    store(prefix + key, null)
  }

  window.addEventListener('online', send)
  // Held by another tab when this one began, or left by one that is gone.
  setInterval(() => !sending && !isOffline && sendable() && void send(), holdMs)
  void send()
  return {
    ledger,
    add,
    takeBack,
    letGo,
    has: (question) => entries.has(keyOf(question)),
    state: () => ({ waiting: entries.size, canTakeBack: held !== null, isOffline }),
  }
}

function stored(prefix) {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), JSON.parse(localStorage.getItem(name))])
  } catch {
    return []
  }
}

/** Where the browser keeps nothing (private windows, a full disk), the page's memory has to do. */
function store(name, value) {
  try {
    if (value === null) localStorage.removeItem(name)
    else localStorage.setItem(name, JSON.stringify(value))
  } catch {}
}
