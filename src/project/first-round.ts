import { times, type Range } from '../annotators/vlm/money/range.ts'
import { trustedIds, type Campaign } from '../campaign/campaign.ts'
import { decide, type StopReason } from '../campaign/decide.ts'
import { hear } from '../campaign/hearing.ts'
import { methodOf } from '../campaign/methods/methods.ts'
import { questionKey, type Question } from '../core/question.ts'

/** What the campaign will ask first. */
export interface FirstRound {
  readonly asks: readonly {
    readonly annotator: string
    readonly question: Question
    readonly questions: number
    readonly cost: Range
  }[]
  /** Why it asks nothing; null where it does. */
  readonly stops: StopReason | null
}

/** What a question of an annotator costs. */
interface Costs {
  readonly annotator: string
  readonly question: Question
  readonly cost: Range
}

/** Decides the first round as the campaign will, on an empty ledger. */
export async function firstRound(campaign: Campaign, costs: readonly Costs[]): Promise<FirstRound> {
  const hearing = hear([], campaign.items.length, campaign.taxonomy, trustedIds(campaign))
  const belief = await methodOf(campaign.plan).believe(campaign, { ledger: [], hearing })
  const decision = await decide({ campaign, ledger: [], hearing, belief, round: 0, audits: [], auditIsFresh: false })
  if (decision.kind === 'stop') return { asks: [], stops: decision.reason }
  const asks = costs.map(({ annotator, question, cost }) => {
    const questions = decision.questions.filter((planned) => {
      return planned.annotator === annotator && questionKey(planned.question) === questionKey(question)
    }).length
    return { annotator, question, questions, cost: times(questions, cost) }
  })
  return { asks: asks.filter(({ questions }) => questions > 0), stops: null }
}
