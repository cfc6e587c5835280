import type { Learner } from '../learners/learner.ts'
import { externalLearner } from '../learners/external-learner.ts'
import { learners, linearLearner } from '../learners/learners.ts'
import { preparedHeadOptions } from '../learners/prepare-features.ts'
import { LabelwrightError } from '../core/error.ts'
import { fineLevel, type Taxonomy } from '../core/taxonomy.ts'
import { isRanking } from '../strategies/strategies.ts'
import { configFileName, type Config } from './config.ts'

/**
 * What a project's campaign learns with, in the place of the mixture of heads; undefined where it is that.
 *
 * @throws {@link LabelwrightError} `bad-config` beside a strategy that fits heads of its own.
 */
export function openLearner(
  { learner, strategy }: Pick<Config, 'learner' | 'strategy'>,
  taxonomy: Taxonomy,
): Learner | undefined {
  if (learner === 'mixture') return undefined
  if (!isRanking(strategy)) {
    throw new LabelwrightError(
      'bad-config',
      `${configFileName}: the strategy ${strategy} fits learners of its own, and cannot use another.`,
      'Take "learner" out, or choose a strategy that ranks items, such as margin.',
    )
  }
  // The penalty that suits features as projects prepare them.
  if (learner === 'linear') return linearLearner(preparedHeadOptions)
  if (typeof learner === 'string') return learners[learner]
  const names = fineLevel(taxonomy).classes.map(({ name }) => name)
  return externalLearner({ command: learner.external }, names)
}
