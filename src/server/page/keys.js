import { keyed } from './choices.js'
import { ui } from './view.js'

/**
 * Listens to the keyboard.
 *
 * @param actions - `choices()` (null where nothing is asked), `take(said)`, `unsure()`, `back()`, `suggest()`, `searched()`, `help()`.
 */
export function listenToKeys(actions) {
  const clearSearch = () => {
    ui.search.value = ''
    actions.searched()
  }

  const letters = { x: actions.unsure, z: actions.back, s: actions.suggest }

  /** What a key does; undefined where the browser shall do what it does. */
  function actionOf(event, choices) {
    const { key, target } = event
    const typed = choices.isLong ? ui.search.value : ''
    const letter = event.altKey ? event.code.replace(/^Key/, '').toLowerCase() : key.toLowerCase()
    if (Object.hasOwn(letters, letter) && (event.altKey || !choices.isLong)) return letters[letter]
    if (event.altKey) return undefined
    if (Object.hasOwn(choices.byKey, letter)) return () => actions.take(choices.byKey[letter])
    if (key === 'Escape') return typed ? clearSearch : actions.unsure
    if (key === 'Backspace' && typed === '') return actions.back
    if (key === 'Enter' && typed !== '' && !target.closest('button, a')) return () => actions.take(choices.first())
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const neighbour = choices.neighbour(target, key === 'ArrowDown' ? 1 : -1)
      return () => (neighbour ?? (choices.isLong ? ui.search : ui.stage)).focus()
    }
    if (/^[1-9]$/.test(key) && !choices.digitsSearch && Number(key) <= keyed) {
      return () => actions.take(choices.nth(Number(key) - 1))
    }
    // The letter itself then lands in the field that has just been focused.
    if (choices.isLong && target !== ui.search && /^[\p{L}\p{N}]$/u.test(key)) ui.search.focus()
    return undefined
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing || event.repeat || ui.help.open) return
    if (event.key === '?') {
      event.preventDefault()
      return actions.help()
    }
    const choices = actions.choices()
    const action = choices
      ? actionOf(event, choices)
      : event.key === 'Backspace' || event.key === 'z'
        ? actions.back
        : undefined
    if (!action) return
    event.preventDefault()
    action()
  })
  ui.search.addEventListener('input', actions.searched)
}

/** The rows of the help: keys and what they do. */
export function keyRows({ isLong, digitsSearch, byKey }) {
  const isVerdict = Object.hasOwn(byKey, 'y')
  const rows = [
    [['Esc', ...(isLong ? ['Alt X'] : ['X'])], 'cannot tell'],
    [['Bksp', ...(isLong ? ['Alt Z'] : ['Z'])], 'take the last answer back'],
    [[isLong ? 'Alt S' : 'S'], 'show or hide the suggestion and the file name'],
    ...(isVerdict ? [] : [[['↓', '↑'], 'walk through the answers; Enter takes one']]),
    [['?'], 'this help'],
  ]
  if (isVerdict) return [[['Y', '→'], 'yes'], [['N', '←'], 'no'], ...rows]
  const digits = [['1', '…', '9'], isLong ? 'take one of the first nine shown' : 'take an answer']
  const search = [['a', '…', 'z'], 'just type to search; Enter takes the first match']
  return [...(digitsSearch ? [] : [digits]), ...(isLong ? [search] : []), ...rows]
}
