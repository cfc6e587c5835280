import { matrix, type Matrix } from '../tensor/matrix.ts'

/** A shift and one factor for all features, learnt from some items: distances keep their proportions. */
export interface StandardScale {
  /** Mean of each feature, shape `[d]`. */
  readonly centre: Float64Array
  /** By which what is left is multiplied, so that a feature is 1 in root mean square. 1 where all items are equal. */
  readonly factor: number
}

/** @param features - Shape `[n, d]`. */
export function standardScale({ rows, cols, data }: Matrix): StandardScale {
  const centre = new Float64Array(cols)
  for (let at = 0, f = 0; at < data.length; at++) {
    centre[f]! += data[at]! / rows
    if (++f === cols) f = 0
  }
  let energy = 0
  for (let at = 0, f = 0; at < data.length; at++) {
    energy += (data[at]! - centre[f]!) ** 2
    if (++f === cols) f = 0
  }
  return { centre, factor: energy > 0 ? Math.sqrt(data.length / energy) : 1 }
}

/** The features on this scale, copied. Shape `[n, d]`. */
export function toStandardScale({ rows, cols, data }: Matrix, { centre, factor }: StandardScale): Matrix {
  const scaled = matrix(rows, cols)
  for (let at = 0, f = 0; at < data.length; at++) {
    scaled.data[at] = factor * (data[at]! - centre[f]!)
    if (++f === cols) f = 0
  }
  return scaled
}
