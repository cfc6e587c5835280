import { matrix, type Matrix } from '../tensor/matrix.ts'

/** For tests: four items of each of three classes, the last of each labelled wrongly; small enough to work by hand. */
export const workedLabels: Int32Array = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2)

/** What a model predicts for them, shape `[12, 3]`. */
export const workedProbs: Matrix = matrix(
  12,
  3,
  Float32Array.from(
    [
      [0.9, 0.05, 0.05],
      [0.8, 0.15, 0.05],
      [0.6, 0.3, 0.1],
      [0.1, 0.85, 0.05],
      [0.1, 0.8, 0.1],
      [0.2, 0.7, 0.1],
      [0.3, 0.4, 0.3],
      [0.1, 0.2, 0.7],
      [0.05, 0.05, 0.9],
      [0.1, 0.2, 0.7],
      [0.2, 0.2, 0.6],
      [0.75, 0.15, 0.1],
    ].flat(),
  ),
)
