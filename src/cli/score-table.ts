import type { TrialAnswer } from '../campaign/prompt-trial.ts'
import type { TrialScore } from '../campaign/score-trial.ts'
import { formatMoney } from '../core/money.ts'
import type { Trial } from '../project/prompt-trials.ts'
import { count, percent } from '../project/words.ts'
import { joined, tables } from './columns.ts'

/** What came of one trial. */
export interface TrialOutcome {
  readonly trial: Trial
  readonly answers: readonly TrialAnswer[]
  readonly score: TrialScore
  /** Why it broke off; null where it did not. */
  readonly failure: string | null
}

/** The trials as a table for people, the best first, and what its columns mean. @param frame.width - Of the terminal. */
export function scoreLines(
  outcomes: readonly TrialOutcome[],
  { currency, width }: { readonly currency: string; readonly width: number },
): string[] {
  const ranked = outcomes.filter(({ score }) => score.answers > 0).toSorted((a, b) => rate(b) - rate(a))
  const header = [
    'model',
    'asked',
    'level',
    'items',
    'right',
    '95 % interval',
    'vs first',
    'outside',
    'no answer',
    'stated gap',
    'channel gap',
    `${currency} per 1,000`,
    'seconds',
    'tokens in',
    'out',
    'calls',
  ]
  const hasConfidence = ranked.some(({ score }) => score.statedError !== null || score.channelError !== null)
  return [
    ...(ranked.length > 0
      ? joined(
          tables(
            header,
            ranked.map((outcome) => cells(outcome, ranked[0]!)),
            { keys: 3, width },
          ),
        )
      : []),
    ...outcomes.flatMap(({ trial, failure }) => (failure === null ? [] : [`${trial.of}, ${trial.way}: ${failure}`])),
    ...(ranked.length > 1
      ? ['', '"+a −b vs first": right on a items where the first is wrong, wrong on b where it is right.']
      : []),
    ...(hasConfidence
      ? [
          '"gap": mean distance of confidence from the share of right answers; as the model states it, and as a campaign would read it.',
        ]
      : []),
  ]
}

function rate({ score }: TrialOutcome): number {
  return score.right / score.answers
}

function cells(outcome: TrialOutcome, first: TrialOutcome): string[] {
  const { trial, score } = outcome
  const mean = (sum: number): string => (sum === 0 ? '' : count(Math.round(sum / score.answers)))
  return [
    trial.of,
    trial.way,
    trial.level,
    count(score.answers),
    percent(rate(outcome)),
    `${percent(score.interval[0]).replace(' %', '')}–${percent(score.interval[1])}`,
    outcome === first ? '' : against(outcome, first),
    percent(score.outside),
    percent(score.abstained),
    ...[score.statedError, score.channelError].map((gap) => (gap === null ? '' : gap.toFixed(3))),
    formatMoney((1000 * score.cost) / score.answers, '').trim(),
    score.seconds === null ? '' : score.seconds.toFixed(2),
    mean(score.inputTokens),
    mean(score.outputTokens),
    score.calls === 0 ? '' : (score.calls / score.answers).toFixed(1),
  ]
}

/** How a trial did on the same items. Trials that ask something else, or at another level, have nothing in common. */
function against({ trial, score }: TrialOutcome, { trial: other, score: best }: TrialOutcome): string {
  if (trial.kind !== other.kind || trial.level !== other.level) return ''
  const [ours, theirs] = [new Set(score.rightItems), new Set(best.rightItems)]
  const [won, lost] = [score.rightItems.filter((i) => !theirs.has(i)), best.rightItems.filter((i) => !ours.has(i))]
  return `+${won.length} −${lost.length}`
}
