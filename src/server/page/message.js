/** What to say when there is no question to show. */
export function messageFor(status, { person, canTakeBack, takeBack, choose }) {
  const report = status.hasReport ? [{ text: 'Open the report', href: '/report' }] : []
  const outcome = status.certificate ?? outlook(status)
  if (status.phase === 'unattended') {
    return {
      title: status.note ? `Finished: ${status.note}.` : 'Nobody answers on this page',
      text: `This project has no human annotator. ${outcome}`,
      more: 'To answer here, add one to labelwright.yaml: { id: anna, kind: human, hourly: 30 }',
      actions: report,
    }
  }
  if (status.phase === 'finished')
    return { title: `Finished: ${status.note}.`, text: outcome, more: 'Thank you.', actions: report }
  if (person === null) {
    const actions = status.people.map(({ id, open }) => ({
      text: id,
      note: open === 1 ? '1 question' : `${open} questions`,
      act: () => choose(id),
    }))
    return { title: 'Who are you?', text: 'Your answers are kept under this name.', actions }
  }
  if (canTakeBack) {
    return {
      title: 'That was the last one for now',
      text: 'It is sent in a moment.',
      actions: [{ text: 'Take it back', act: takeBack }],
    }
  }
  if (status.phase === 'stuck') {
    return {
      title: 'The campaign is held up',
      text: status.note,
      more: 'It is tried again by itself; answers so far are safe.',
    }
  }
  if (status.phase === 'asking') return waitingFor(status, person)
  return {
    title: 'Thinking…',
    text:
      status.openElsewhere > 0
        ? 'The models are answering their questions.'
        : 'Everything said so far is being learned, and the next questions are being chosen.',
    orbit: true,
  }
}

function outlook({ expectedAccuracy }) {
  return expectedAccuracy === null
    ? ''
    : `The labels are expected to be ${(100 * expectedAccuracy).toFixed(1)} % right.`
}

function waitingFor({ people, note }, person) {
  const own = people.find(({ id }) => id === person)
  if (own && own.open > 0) {
    return {
      title: 'Fetching your questions…',
      text: 'If this takes long, another window of yours holds them: answer there, or close it.',
      more: note ?? '',
      orbit: true,
    }
  }
  const others = people.filter(({ open }) => open > 0).map(({ id, open }) => `${id} (${open} open)`)
  return {
    title: 'Your part of this round is done',
    text: `Still answering: ${others.join(', ')}. The next round begins when they are done.`,
    more: note ?? '',
    orbit: true,
  }
}
