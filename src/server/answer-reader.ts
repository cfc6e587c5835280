import type { Answer } from '../core/answer.ts'
import { LabelwrightError } from '../core/error.ts'
import { classMembers, levelNamed, type Taxonomy } from '../core/taxonomy.ts'
import type { Said } from './requests.ts'

/**
 * Makes the reader of what people say: as an answer for the ledger.
 *
 * @returns A function that throws {@link LabelwrightError} `unknown-level` or `unknown-label` where it is about no class of the taxonomy.
 */
export function answerReader(taxonomy: Taxonomy): (said: Said) => Answer {
  const membersOf = classMembers(taxonomy)
  return (said) => {
    if ('approved' in said) {
      const { label } = said.question
      if (membersOf(label).size === 0) throw noSuchClass(label)
      return said.approved === null ? cannotTell : { kind: 'verdict', approved: said.approved }
    }
    const { classes, name } = levelNamed(taxonomy, said.question.level)
    if (said.label === null) return cannotTell
    if (!classes.some((node) => node.name === said.label)) throw unknownLabel(said.label, name)
    return { kind: 'label', label: said.label }
  }
}

const cannotTell: Answer = { kind: 'abstain', reason: 'cannot tell' }

function unknownLabel(label: string, level: string): LabelwrightError {
  const problem = `The level "${level}" has no class "${label.slice(0, 100)}".`
  return new LabelwrightError('unknown-label', problem, 'Answer with the name of one of its classes, or null.')
}

function noSuchClass(label: string): LabelwrightError {
  return new LabelwrightError(
    'unknown-label',
    `The question is about "${label.slice(0, 100)}", which is no class.`,
    'Where it was one, bring it back, or write the old name among the aliases of the class that took its place.',
  )
}
