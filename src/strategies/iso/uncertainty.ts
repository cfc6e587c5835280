import type { Matrix } from '../../tensor/matrix.ts'
import { entropyOf } from '../entropy.ts'
import { confidenceOf } from '../least-confidence.ts'
import { marginOf } from '../margin.ts'

/** How the doubt about an item is measured; each rises with it. */
export type Uncertainty = 'margin' | 'entropy' | 'least-confidence'

const measures: Readonly<Record<Uncertainty, (predProbs: Matrix, item: number) => number>> = {
  margin: (predProbs, item) => -marginOf(predProbs, item),
  entropy: entropyOf,
  'least-confidence': (predProbs, item) => -confidenceOf(predProbs, item),
}

/** Of every row of `predProbs`, shape `[n]`. */
export function uncertaintyOf(predProbs: Matrix, by: Uncertainty): Float32Array {
  const measure = measures[by]
  return Float32Array.from({ length: predProbs.rows }, (_, item) => measure(predProbs, item))
}
