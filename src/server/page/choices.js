/** More answers than keys 1 to 9 are searched by typing. */
export const keyed = 9

/** Without case, accents and punctuation. */
function fold(text) {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * The answers to one kind of question, as buttons.
 *
 * @param choices - `{ name, aliases, description, within }` each, in the order of the class tree.
 * @param onTake - Called with the name of the answer that was taken.
 */
export function makeChoices(choices, onTake) {
  const isLong = choices.length > keyed
  // Where names have digits in them (aircraft), digits are for searching.
  const digitsSearch = isLong && choices.some(({ name }) => /\d/.test(name))
  const buttons = choices.map((choice) => makeButton(choice, onTake))
  const spellings = choices.map(({ name, aliases }) => [name, ...aliases].map(fold))
  const groups = choices.map(({ within }) => (within === null ? '' : fold(within)))
  let shown = buttons

  function search(typed) {
    const wanted = fold(typed)
    const ranks = buttons.map((_, i) => rankOf(wanted, spellings[i], groups[i]))
    const found = [...buttons.keys()].filter((i) => ranks[i] < missed).sort((a, b) => ranks[a] - ranks[b])
    shown = wanted ? found.map((i) => buttons[i]) : buttons
    for (const button of buttons) button.querySelector('kbd').textContent = ''
    if (!digitsSearch) shown.slice(0, keyed).forEach((button, i) => (button.querySelector('kbd').textContent = i + 1))
    buttons.forEach((button) => button.classList.toggle('first', wanted !== '' && button === shown[0]))
    return wanted || !isLong ? shown : sections(choices, buttons)
  }

  return {
    isLong,
    digitsSearch,
    byKey: {},
    search,
    count: () => shown.length,
    first: () => shown[0]?.dataset.name ?? null,
    nth: (n) => shown[n]?.dataset.name ?? null,
    descriptionOf: (name) => choices.find((choice) => choice.name === name)?.description ?? null,
    mark: (name) => buttons.forEach((button) => button.classList.toggle('suggested', button.dataset.name === name)),
    neighbour(button, step) {
      const at = shown.indexOf(button)
      return shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : at + step] ?? null
    },
  }
}

const missed = 9

/** How well a spelling begins with what was typed: 0 best. */
function rankOf(wanted, [name, ...aliases], group) {
  if (name === wanted) return 0
  if (name.startsWith(wanted)) return 1
  if (` ${name}`.includes(` ${wanted}`)) return 2
  if (aliases.some((alias) => ` ${alias}`.includes(` ${wanted}`))) return 3
  if (name.includes(wanted)) return 4
  return ` ${group}`.includes(` ${wanted}`) ? 5 : missed
}

function makeButton({ name, description, within }, onTake) {
  const button = element('button', 'choice')
  button.type = 'button'
  button.dataset.name = name
  button.title = [description, within].filter(Boolean).join(' · ')
  const words = element('span', 'words')
  words.append(element('bdi', 'name', name))
  if (description) words.append(element('small', 'description', description))
  button.append(element('kbd'), words)
  button.addEventListener('click', () => onTake(name))
  return button
}

/** The buttons under the names of their groups, where there are groups. */
function sections(choices, buttons) {
  const byGroup = Map.groupBy(buttons.keys(), (i) => choices[i].within)
  if (byGroup.size < 2) return buttons
  return [...byGroup].map(([within, members]) => {
    const section = element('div', 'group')
    if (within) section.append(element('h3', '', within))
    section.append(...members.map((i) => buttons[i]))
    return section
  })
}

function element(tag, className = '', text = '') {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}
