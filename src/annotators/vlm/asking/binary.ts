import type { ClassSpec } from '../../../core/taxonomy.ts'
import type { Reading } from '../reading/reading.ts'
import { readVerdict } from '../reading/read-verdict.ts'
import { classesAsked } from './options.ts'
import type { Prompt } from './prompt.ts'
import { confidenceField, replyForm, yesOrNo } from './reply-form.ts'
import { chooseAmongLeft, labelsFound } from './steps.ts'
import type { Asked, Way } from './way.ts'
import { aboutItem, classLine, shownName, thingOf } from './wording.ts'

/**
 * One message per class, side by side: is it there? Misses the fewest labels and gives the cleanest probabilities, at the most messages.
 *
 * To classify, the likeliest of those with a yes wins where probabilities are known; else one more choice decides among them.
 *
 * @see Dichotomic prompting with a shared prefix, arXiv:2511.03830.
 */
export const binary: Way = {
  version: 'binary-1',
  questions: ['classify', 'select'],
  next: (asked, said) => {
    const classes = classesAsked(asked)
    const [verdicts, last] = said
    if (!verdicts) return { kind: 'ask', prompts: classes.map((node) => promptOf(asked, node)) }
    const readings = verdicts.map(readVerdict)
    const present = classes.filter((_, index) => isYes(readings[index]!))
    if (asked.question.kind === 'select') return { kind: 'answer', reading: labelsFound(present, readings) }
    // Stated confidences come in a few round numbers, which decide nothing between two classes.
    const isDecided = asked.confidence === 'logprobs' || present.length === 1
    const likeliest = isDecided ? likeliestYes(classes, readings) : undefined
    return likeliest ? { kind: 'answer', reading: likeliest } : chooseAmongLeft(asked, present, readings, last)
  },
  mostCalls: (asked) => {
    const { length } = classesAsked(asked)
    return asked.question.kind === 'classify' && length > 1 ? length + 1 : length
  },
}

function promptOf(asked: Asked, node: ClassSpec): Prompt {
  const { item } = asked
  const form = replyForm({ present: yesOrNo, ...confidenceField(asked.confidence) })
  const isText = thingOf(item) === 'text'
  const text = aboutItem(
    item,
    isText
      ? 'Decide whether the label at the end fits the text.'
      : 'Decide whether the picture shows what is named at the end.',
    form.words,
    ...(node.description ? [classLine(node)] : []),
    `${isText ? 'Does this label fit the text' : 'Does the picture show'}: ${shownName(node.name)}?`,
  )
  return {
    text,
    shots: [],
    schema: form.schema,
    maxOutputTokens: asked.maxOutputTokens,
    logprobs: asked.confidence === 'logprobs',
  }
}

function isYes({ answer }: Reading): boolean {
  return answer.kind === 'verdict' && answer.approved
}

/** The class whose yes is the most probable, then the others; undefined where there is no yes, or one without a probability. */
function likeliestYes(classes: readonly ClassSpec[], readings: readonly Reading[]): Reading | undefined {
  const yes = classes.flatMap(({ name: label }, index) => {
    const { answer } = readings[index]!
    return answer.kind === 'verdict' && answer.approved ? [{ label, confidence: answer.confidence ?? NaN }] : []
  })
  const [first, ...others] = yes.toSorted((a, b) => b.confidence - a.confidence)
  if (!first || yes.some(({ confidence }) => Number.isNaN(confidence))) return undefined
  const alternatives = others.map(({ label }) => label)
  const answer = { kind: 'label', ...first, ...(alternatives.length > 0 && { alternatives }) } as const
  return { answer, rule: 'steps/exact' }
}
