import type { Matrix } from '../tensor/matrix.ts'

/** The pool as the learner sees it. */
export interface Pool {
  /** Prepared features, shape `[n, d]`. */
  readonly features: Matrix
  /** Fold of each item, shape `[n]`. */
  readonly folds: Int32Array
  readonly k: number
  /** Labelled items from elsewhere, to learn from; nobody is asked about them. */
  readonly open?: OpenData
}

/** Items of an open dataset with labels that may be wrong, such as those that retrieval found. */
export interface OpenData {
  /** Prepared along with those of the pool, shape `[m, d]`. */
  readonly features: Matrix
  /** Fine class of each, shape `[m]`. */
  readonly labels: Int32Array
}
