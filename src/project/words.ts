import type { Annotator } from '../annotators/annotator.ts'
import type { OpenData } from '../campaign/pool.ts'
import type { Certificate } from '../campaign/certificate.ts'
import type { StopReason } from '../campaign/decide.ts'
import { questionKey, type Question } from '../core/question.ts'
import { fineLevel, type Taxonomy } from '../core/taxonomy.ts'

const stops: Readonly<Record<StopReason, string>> = {
  'target-certified': 'the target is certified',
  'budget-spent': 'the budget is spent',
  'nothing-worth-its-price': 'no further question is worth its price',
  'round-limit': 'the last round is played',
}

/** A question as its answers are counted: verdicts together, because they are about as many labels as there are classes. */
export function questionName(question: Question): string {
  return question.kind === 'verify' ? question.kind : questionKey(question)
}

/** Why a campaign stopped, in words that follow "stopped:". */
export function stopWords(reason: string | null): string {
  return reason === null ? 'people have questions to answer' : (stops[reason as StopReason] ?? reason)
}

/** Who takes no part in labelling, and why, one line each: who only says whether a label is right is for trials. */
export function idleWords(annotators: readonly Annotator[]): string[] {
  return annotators.flatMap(({ id, questions }) =>
    questions.length > 0
      ? []
      : [
          `${id} takes no part: it only judges labels. Models that do (prompt: verify) are tried out by "labelwright prompts".`,
        ],
  )
}

/** How much open data there is to learn from, and for which classes none. */
export function openDataWords({ labels }: OpenData, taxonomy: Taxonomy): string {
  const covered = new Set(labels)
  const without = fineLevel(taxonomy).classes.flatMap(({ name }, y) => (covered.has(y) ? [] : [name]))
  const named = without.length > 6 ? [...without.slice(0, 5), `${count(without.length - 5)} more`] : without
  const gaps = without.length === 0 ? '' : `; none for ${named.join(', ')}`
  return `Open data: ${amount(labels.length, 'item')} for ${covered.size} of ${taxonomy.k} classes${gaps}.`
}

/** A certificate in one sentence. */
export function certificateWords({ lower, confidence, audited, right, population }: Certificate, n: number): string {
  return (
    `With ${percent(confidence)} confidence, at least ${percent(lower)} of the ${count(n)} labels are right: of the ${count(population)} that people ` +
    `had not given, ${count(audited)} were drawn at random and shown to a person, who agreed with ${count(right)}.`
  )
}

/** A share for people: one decimal, rounded down, so that a bound is never overstated. */
export function percent(share: number): string {
  return `${(Math.floor(share * 1000 + 1e-9) / 10).toFixed(1)} %`
}

export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** `1 item`, `2,000 items`. */
export function amount(n: number, singular: string): string {
  return `${count(n)} ${singular}${n === 1 ? '' : 's'}`
}
