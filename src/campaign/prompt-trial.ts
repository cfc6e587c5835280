import type { ImmediateAnnotator, TrustedExample } from '../annotators/annotator.ts'
import type { Reply } from '../core/answer.ts'
import type { Item } from '../core/item.ts'
import type { Micros } from '../core/money.ts'
import { expectedCost } from '../core/price.ts'
import type { Question } from '../core/question.ts'
import { makeRng } from '../core/rng.ts'
import { levelNamed, type Taxonomy } from '../core/taxonomy.ts'
import { makePurse } from './purse.ts'

/** One model asked one way about items whose class is known. */
export interface PromptTrial {
  readonly annotator: ImmediateAnnotator
  readonly taxonomy: Taxonomy
  /** The level it is asked about. */
  readonly level: string
  /** `verify`: half of the items are shown with a wrong label. */
  readonly kind: 'classify' | 'verify'
  readonly items: readonly Item[]
  /** Fine class of each item. */
  readonly truth: Int32Array
  /** For ways that show examples; none of `items`. */
  readonly examples: readonly TrustedExample[]
  readonly seed: number
}

/** What was asked about item `item`, and what came back. */
export interface TrialAnswer {
  readonly item: number
  readonly question: Question
  readonly reply: Reply
}

export interface TrialHooks {
  /** The most that this trial may cost. */
  readonly budget: Micros
  readonly signal: AbortSignal
  readonly onAnswer?: () => void
}

export interface TrialRun {
  /** In the items' order. */
  readonly answers: readonly TrialAnswer[]
  /** What broke the trial off, thrown by the annotator; null where nothing did. What was answered before is paid for. */
  readonly failure: unknown
}

/**
 * Asks about every item once, side by side, in the items' order; fewer where the budget does not pay for all.
 *
 * An annotator that fails ends the trial: nothing new is asked, and what was under way is waited for.
 *
 * @throws The signal's reason once it is aborted.
 */
export async function runPromptTrial(trial: PromptTrial, hooks: TrialHooks): Promise<TrialRun> {
  const { annotator, items, examples } = trial
  const answers: TrialAnswer[] = []
  let failure: unknown = null
  let spent = 0
  const purse = makePurse(hooks.budget, () => spent)
  const questions = questionsOf(trial)
  let next = 0
  const askNext = async (): Promise<void> => {
    while (next < items.length && !hooks.signal.aborted) {
      const item = next++
      const question = questions[item]!
      const most = annotator.mostCost?.(question) ?? expectedCost(annotator.price, question)
      if (!(await purse.take(most))) return void (next = items.length)
      try {
        const reply = await annotator.ask(items[item]!, question, hooks.signal, examples)
        spent += reply.cost
        answers.push({ item, question, reply })
        hooks.onAnswer?.()
      } catch (thrown) {
        next = items.length
        failure ??= thrown
      } finally {
        purse.putBack(most)
      }
    }
  }
  await Promise.all(Array.from({ length: annotator.concurrency }, askNext))
  hooks.signal.throwIfAborted()
  return { answers: answers.toSorted((a, b) => a.item - b.item), failure }
}

function questionsOf({ kind, taxonomy, level: name, truth, seed }: PromptTrial): Question[] {
  if (kind === 'classify') return Array.from(truth, () => ({ kind, level: name }))
  const level = levelNamed(taxonomy, name)
  const rng = makeRng(seed, 'shown labels')
  return Array.from(truth, (y, item) => {
    const right = level.groupOf[y]!
    const others = level.classes.length - 1
    const isWrong = item % 2 === 1 && others > 0
    const shown = isWrong ? (right + 1 + rng.below(others)) % level.classes.length : right
    return { kind, label: level.classes[shown]!.name }
  })
}
