import type { ClassSpec } from '../../../core/taxonomy.ts'
import { readLabels } from '../reading/read-labels.ts'
import { shuffled } from './options.ts'
import { observations, observationTokens, replyForm, someNames } from './reply-form.ts'
import { vocabularyOf, type Turn } from './turn.ts'
import type { Asked } from './way.ts'
import { aboutItem, classLine, thingOf } from './wording.ts'

interface ListingOptions {
  /** The classes whose names are known in the reply; default: those listed. */
  readonly known?: readonly ClassSpec[]
  /** The model first writes down what it sees, in the same reply. */
  readonly described?: boolean
}

/**
 * Asks which of these classes are there or, where the question is for one class, which may be the one. The way out is an empty list.
 */
export function listAmong(asked: Asked, classes: readonly ClassSpec[], options: ListingOptions = {}): Turn {
  const { known = classes, described = false } = options
  const listed = shuffled(asked, classes)
  const form = replyForm({ ...(described && { observations }), labels: someNames(classes.map(({ name }) => name)) })
  const text = aboutItem(
    asked.item,
    questionOf(asked),
    ...(described ? ['Observe and reason first, then choose.'] : []),
    `${form.words} If there is none, the list is empty.`,
    listed.map((node) => `- ${classLine(node)}`).join('\n'),
  )
  return {
    prompt: {
      text,
      shots: [],
      schema: form.schema,
      maxOutputTokens: asked.maxOutputTokens + (described ? observationTokens : 0),
      logprobs: false,
    },
    read: (said) => readLabels(said, vocabularyOf(known)),
  }
}

function questionOf({ item, question }: Asked): string {
  const isText = thingOf(item) === 'text'
  if (question.kind === 'select') {
    return isText
      ? 'Which of these labels fit the text? Name them all.'
      : 'Which of these does the picture show? Name them all.'
  }
  return isText
    ? 'Which of these classes may be the one that fits the text? Name every one that may.'
    : 'Which of these classes may be the one that the picture shows? Name every one that may.'
}
