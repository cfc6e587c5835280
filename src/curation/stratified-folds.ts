import { permutation, type Rng } from '../core/rng.ts'

/**
 * Deals items into folds at random so that each class is spread evenly: the folds differ by at most one item, within every class
 * and in total. Items without a label (-1) are spread as a class of their own.
 *
 * @param labels - Class of each item, shape `[n]`.
 * @returns Fold of each item, shape `[n]`, values in `0..folds-1`.
 * @see Kohavi, A Study of Cross-Validation and Bootstrap for Accuracy Estimation and Model Selection, IJCAI 1995.
 */
export function stratifiedFolds(labels: Int32Array, rng: Rng, folds = 5): Int32Array {
  const order = permutation(labels.length, rng).sort((a, b) => labels[a]! - labels[b]!)
  const foldOf = new Int32Array(labels.length)
  for (let place = 0; place < order.length; place++) foldOf[order[place]!] = place % folds
  return foldOf
}
