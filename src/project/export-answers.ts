import { fromMicros } from '../core/money.ts'
import { LabelwrightError } from '../core/error.ts'
import { questionKey } from '../core/question.ts'
import { writeJsonLines } from '../formats/export.ts'
import type { LedgerEntry } from '../store/store.ts'
import type { Project } from './project.ts'

/**
 * Writes what was answered, one JSON object a line, as `kind: recorded` reads it back: a campaign can be played again from the file, by
 * anybody, with nobody asked. It holds no pictures, no messages and no keys.
 *
 * @param annotator - Only this one's answers.
 * @returns The number of answers written.
 * @throws {@link LabelwrightError} `nothing-labelled` where there are none, `cannot-write`.
 */
export async function exportAnswers({ campaign }: Project, path: string, annotator?: string): Promise<number> {
  const { store, items } = campaign
  await store.registerItems(items)
  const chosen = (await store.answers()).filter((entry) => annotator === undefined || entry.annotator === annotator)
  if (chosen.length === 0) {
    const who = annotator === undefined ? 'Nobody' : `"${annotator}"`
    throw new LabelwrightError('nothing-labelled', `${who} has answered nothing yet.`, 'Run: labelwright label')
  }
  function* lines(): Generator<unknown> {
    for (const entry of chosen) yield recordingOf(entry, items[entry.item]!.id)
  }
  await writeJsonLines(path, lines())
  return chosen.length
}

function recordingOf({ annotator, question, answer, cost, seconds, how }: LedgerEntry, item: string): unknown {
  return {
    item,
    annotator,
    question: questionKey(question),
    ...said(answer),
    cost: fromMicros(cost),
    ...(seconds !== null && { seconds }),
    ...(how && { how }),
  }
}

function said(answer: LedgerEntry['answer']): Readonly<Record<string, unknown>> {
  switch (answer.kind) {
    case 'label': {
      const { label, alternatives } = answer
      return { answer: alternatives ? [label, ...alternatives] : label, ...sure(answer) }
    }
    case 'distribution':
      return { answer: answer.probabilities }
    case 'labels':
      return { answer: [...answer.labels, ...(answer.outside ?? [])] }
    case 'verdict':
      return { answer: answer.approved ? 'yes' : 'no', ...sure(answer) }
    case 'outside':
      // In a list nothing that was said is taken for JSON, or for no answer.
      return { answer: [answer.said] }
    case 'abstain':
      return { answer: null, reason: answer.reason }
  }
}

function sure({ confidence }: { readonly confidence?: number }): { readonly confidence?: number } {
  return confidence === undefined ? {} : { confidence }
}
