import type { Item } from '../../../core/item.ts'
import type { ClassSpec } from '../../../core/taxonomy.ts'
import { readVerdict } from '../reading/read-verdict.ts'
import { placedExamples } from './examples.ts'
import { classesAsked } from './options.ts'
import type { Shot } from './prompt.ts'
import { confidenceField, replyForm, yesOrNo } from './reply-form.ts'
import { onlyTurn } from './turn.ts'
import type { Asked, Way } from './way.ts'
import { aboutItem, classLine, thingOf } from './wording.ts'

/** One message: is this label right? */
export const verify: Way = {
  version: 'verify-1',
  questions: ['verify'],
  next: (asked, said) => {
    const label = classesAsked(asked)[0]!
    const form = replyForm({ correct: yesOrNo, ...confidenceField(asked.confidence) })
    const prompt = {
      text: textOf(asked.item, label, form.words),
      shots: shotsOf(asked, label),
      schema: form.schema,
      maxOutputTokens: asked.maxOutputTokens,
      logprobs: asked.confidence === 'logprobs',
    }
    return onlyTurn({ prompt, read: readVerdict }, said)
  },
  mostCalls: () => 1,
}

function textOf(item: Item, label: ClassSpec, ...instructions: readonly string[]): string {
  const question = `Is the label below right for the ${thingOf(item)}?`
  return aboutItem(item, [question, ...instructions].join(' '), `Label: ${classLine(label)}`)
}

/** Every other example is shown with the label asked about, else with its own: where every answer is yes, a model learns to say yes. */
function shotsOf(asked: Asked, label: ClassSpec): readonly Shot[] {
  return placedExamples(asked, classesBeside(asked, label)).map(({ item, placed }, index): Shot => {
    const shown = index % 2 === 0 ? placed : label
    return { item, text: textOf(item, shown), reply: JSON.stringify({ correct: shown === placed ? 'yes' : 'no' }) }
  })
}

/** The classes of the finest level that has the label. */
function classesBeside({ taxonomy }: Asked, label: ClassSpec): readonly ClassSpec[] {
  return taxonomy.levels.findLast(({ classes }) => classes.includes(label))?.classes ?? []
}
