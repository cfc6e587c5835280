import type { Item } from '../../../core/item.ts'
import type { ClassSpec } from '../../../core/taxonomy.ts'
import { codeOf, readCodes } from '../reading/read-codes.ts'
import { readLabel } from '../reading/read-label.ts'
import { noneOption } from '../reading/reading.ts'
import { placedExamples } from './examples.ts'
import { shuffled } from './options.ts'
import type { Shot } from './prompt.ts'
import { confidenceField, observations, observationTokens, oneName, replyForm } from './reply-form.ts'
import { vocabularyOf, type Turn } from './turn.ts'
import type { Asked } from './way.ts'
import { aboutItem, classLine, shownName, thingOf } from './wording.ts'

// With the way out, one more than the 20 tokens whose probabilities servers show.
const mostCoded = 20
const codeTokens = 2

interface ChoiceOptions {
  /** The model first writes down what it sees, in the same reply. */
  readonly described?: boolean
}

/** Asks for one of these classes, or none: by a letter where the letters' probabilities are the confidence, else by name. */
export function choiceAmong(asked: Asked, classes: readonly ClassSpec[]): Turn {
  const byCode = asked.confidence === 'logprobs' && classes.length <= mostCoded
  return byCode ? codedChoice(asked, classes) : namedChoice(asked, classes)
}

/** Asks for the name of one of these classes, or none. */
export function namedChoice(asked: Asked, classes: readonly ClassSpec[], options: ChoiceOptions = {}): Turn {
  const { described = false } = options
  const offered = shuffled(asked, classes)
  const form = replyForm({
    ...(described && { observations }),
    label: oneName([...classes.map(({ name }) => name), noneOption]),
    ...confidenceField(asked.confidence),
  })
  const question = questionOf(asked.item)
  const shots = placedExamples(asked, classes).map(({ item, placed }): Shot => {
    const reply = JSON.stringify({ label: shownName(placed.name) })
    return { item, text: aboutItem(item, questionOf(item)), reply }
  })
  const text = aboutItem(
    asked.item,
    described ? `${question} Observe and reason first, then choose.` : question,
    `${form.words} If no class fits, the label is "${noneOption}".`,
    [...offered.map((option) => `- ${classLine(option)}`), `- ${noneOption}`].join('\n'),
  )
  return {
    prompt: {
      text,
      shots,
      schema: form.schema,
      maxOutputTokens: asked.maxOutputTokens + (described ? observationTokens : 0),
      logprobs: asked.confidence === 'logprobs',
    },
    read: (said) => readLabel(said, vocabularyOf(classes)),
  }
}

function codedChoice(asked: Asked, classes: readonly ClassSpec[]): Turn {
  const options = shuffled(asked, classes)
  const lines = [...options.map(classLine), noneOption].map((line, index) => `${codeOf(index)}) ${line}`).join('\n')
  const textFor = (item: Item): string =>
    aboutItem(item, questionOf(item), 'Reply with the letter of one line below, and nothing else.', lines)
  // The letters change from item to item, so the shots carry the list, too.
  const shots = placedExamples(asked, classes).map(({ item, placed }): Shot => {
    return { item, text: textFor(item), reply: codeOf(options.indexOf(placed)) }
  })
  return {
    prompt: { text: textFor(asked.item), shots, schema: null, maxOutputTokens: codeTokens, logprobs: true },
    read: (said) => readCodes(said, [...options.map(({ name }) => name), noneOption]),
  }
}

function questionOf(item: Item): string {
  return thingOf(item) === 'text'
    ? 'Which of these classes fits the text?'
    : 'Which of these classes does the picture show?'
}
