/**
 * Yes and no, as buttons: what {@link makeChoices} is for names.
 *
 * @param onTake - Called with true for yes, false for no.
 */
export function makeVerdict(onTake) {
  // On the right is yes, as on the keyboard; digits mean nothing here, so that no burst of them runs over into the next question.
  const [no, yes] = [
    makeButton('No', ['N', '←'], () => onTake(false)),
    makeButton('Yes', ['Y', '→'], () => onTake(true)),
  ]
  no.classList.add('no')
  yes.classList.add('yes')
  return {
    isLong: false,
    digitsSearch: false,
    byKey: { n: false, arrowleft: false, y: true, arrowright: true },
    search: () => [no, yes],
    count: () => 2,
    first: () => null,
    nth: () => undefined,
    mark: (guess) => {
      no.classList.toggle('suggested', guess === false)
      yes.classList.toggle('suggested', guess === true)
    },
    neighbour: () => null,
  }
}

function makeButton(word, keys, act) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'choice'
  const marks = keys.map((key) => Object.assign(document.createElement('kbd'), { textContent: key }))
  button.append(Object.assign(document.createElement('span'), { className: 'name', textContent: word }), ...marks)
  button.addEventListener('click', act)
  return button
}
