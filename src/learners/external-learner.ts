import { LabelwrightError } from '../core/error.ts'
import { argmaxRows, rowsView, type Matrix } from '../tensor/matrix.ts'
import { classShares } from './class-shares.ts'
import { runExternalTrainer, type ExternalTrainer } from './external-trainer.ts'
import { checkFeatures, checkTask, type Learner } from './learner.ts'
import { stackedRows } from './stacked-rows.ts'

/**
 * A program as a {@link Learner}. It trains anew for every prediction, and sees the features to be predicted beside those to learn from;
 * the seed is drawn once.
 *
 * @param classes - Class names, one per column of the evidence. Default: `0`, `1`, …
 * @throws {@link LabelwrightError} Learning, as of {@link Learner}, `length-mismatch` too for another number of names; predicting, as of
 *   {@link runExternalTrainer}.
 */
export function externalLearner(trainer: ExternalTrainer, classes?: readonly string[]): Learner {
  return async (task) => {
    checkTask(task)
    const { features, evidence, rng } = task
    const targets = classShares(evidence)
    const training = {
      rows: Int32Array.from({ length: features.rows }, (_, i) => i),
      labels: argmaxRows(targets),
      ...(isOneHot(targets) ? {} : { targets }),
    }
    const names = classes ?? Array.from({ length: evidence.cols }, (_, y) => String(y))
    if (names.length !== evidence.cols) {
      throw new LabelwrightError(
        'length-mismatch',
        `Got evidence on ${evidence.cols} classes but ${names.length} class names.`,
        'Name each class, in the order of the columns.',
      )
    }
    const seed = rng.below(2 ** 31)
    return async (items) => {
      checkFeatures(items, features.cols)
      const all = items === features ? features : stackedRows(features, items)
      const { predProbs } = await runExternalTrainer(
        { input: { features: all }, classes: names, training, seed },
        trainer,
      )
      return rowsView(predProbs, all.rows - items.rows, all.rows)
    }
  }
}

function isOneHot({ data }: Matrix): boolean {
  return data.every((share) => share < 1e-6 || share > 1 - 1e-6)
}
