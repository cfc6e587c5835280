import type { Matrix } from '../../tensor/matrix.ts'
import { marginOf } from '../margin.ts'

/** How the doubt about an item is measured; each rises with it. */
export type Uncertainty = 'margin' | 'entropy' | 'least-confidence'

const measures: Readonly<Record<Uncertainty, (predProbs: Matrix, item: number) => number>> = {
  margin: (predProbs, item) => -marginOf(predProbs, item),
  entropy: ({ data, cols }, item) => {
    let h = 0
    for (let at = item * cols; at < (item + 1) * cols; at++) if (data[at]! > 0) h -= data[at]! * Math.log(data[at]!)
    return h
  },
  'least-confidence': ({ data, cols }, item) => {
    let max = 0
    for (let at = item * cols; at < (item + 1) * cols; at++) if (data[at]! > max) max = data[at]!
    return -max
  },
}

/** Of every row of `predProbs`, shape `[n]`. */
export function uncertaintyOf(predProbs: Matrix, by: Uncertainty): Float32Array {
  const measure = measures[by]
  return Float32Array.from({ length: predProbs.rows }, (_, item) => measure(predProbs, item))
}
