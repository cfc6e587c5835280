import { cacheHead } from './cache-head.ts'
import { discriminant } from './discriminant.ts'
import { checkFeatures, checkTask, type Learner } from './learner.ts'
import { fitLinearHead, predictProbs, type LinearHeadOptions } from './linear-head.ts'
import { mlpLearner } from './mlp-head.ts'
import { nearestClassMean } from './nearest-class-mean.ts'

/** `fitLinearHead` as a {@link Learner}. */
export function linearLearner(options: Omit<LinearHeadOptions, 'sampleWeights' | 'warmStart'> = {}): Learner {
  return async (task) => {
    checkTask(task)
    const head = await fitLinearHead(task.features, task.evidence, options)
    return async (items) => {
      checkFeatures(items, task.features.cols)
      return predictProbs(head, items)
    }
  }
}

/** Learners by name, with their defaults; `externalLearner` makes one of a command. */
export const learners: Readonly<Record<'linear' | 'discriminant' | 'nearest-class-mean' | 'cache' | 'mlp', Learner>> = {
  linear: linearLearner(),
  discriminant: discriminant(),
  'nearest-class-mean': nearestClassMean(),
  cache: cacheHead(),
  mlp: mlpLearner(),
}
