import { trustedRows } from '../../../channels/channel.ts'
import type { TwoLevelLabels } from '../../../learners/linked-heads.ts'
import type { Matrix } from '../../../tensor/matrix.ts'
import type { Campaign } from '../../campaign.ts'
import type { Heard } from '../method.ts'
import type { IsoOptions } from '../options.ts'
import type { AskedModel } from '../asked-model.ts'
import { weakAnnotator } from './weak-annotator.ts'
import { weakTransition } from './weak-transition.ts'

/** What the weak annotator said so far, and how it errs. */
export interface WeakLabels {
  readonly model: AskedModel
  /** The coarse class said of each item, shape `[n]`; -1 where there is none to learn from. */
  readonly said: Int32Array
  /** Answers that name no class of the level: they were paid for and teach nothing. */
  readonly unusable: number
  /** Share of its answers from which something can be learnt, one such answer counted in beforehand; in `(0, 1]`. */
  readonly usableShare: number
  /** `T[i, j] = P(said j | truly i)`, see {@link weakTransition}. */
  readonly transition: Matrix
}

/** @throws {@link LabelwrightError} `no-weak-annotator`. */
export function hearWeakLabels(campaign: Campaign, { ledger, hearing }: Heard, options: IsoOptions): WeakLabels {
  const model = weakAnnotator(campaign, options.annotator)
  const { level, annotator } = model
  const c = level.classes.length
  const testimony = hearing.weak.find((weak) => weak.annotator === annotator.id && weak.level.name === level.name)
  const columns = testimony?.said ?? new Int32Array(hearing.trusted.length).fill(-1)
  const said = columns.map((column) => (column < c ? column : -1))
  const usable = said.reduce((sum, column) => sum + (column >= 0 ? 1 : 0), 0)
  const unusable = columns.reduce((sum, column) => sum + (column >= c ? 1 : 0), 0)

  const seed = new Set(ledger.filter(({ purpose }) => purpose === 'seed').map(({ item }) => item))
  const judged = trustedRows(hearing.trusted).filter((i) => said[i]! >= 0 && (options.refresh !== false || seed.has(i)))
  return {
    model,
    said,
    unusable,
    usableShare: (usable + 1) / (usable + unusable + 1),
    transition: weakTransition(
      {
        truth: judged.map((i) => level.groupOf[hearing.trusted[i]!]!),
        said: judged.map((i) => said[i]!),
      },
      c,
      options.matrix,
    ),
  }
}

/** Full labels, and weak ones beside them, as a learner of both takes them. */
export function twoLevelLabels(trusted: Int32Array, { model, said, transition }: WeakLabels): TwoLevelLabels {
  const fineRows = trustedRows(trusted)
  const coarseRows = Int32Array.from(said.keys()).filter((i) => said[i]! >= 0 && trusted[i]! < 0)
  return {
    fine: { rows: fineRows, labels: fineRows.map((i) => trusted[i]!) },
    coarse: { rows: coarseRows, labels: coarseRows.map((i) => said[i]!), transition },
    parents: model.level.groupOf,
  }
}
