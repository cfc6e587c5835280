/**
 * Turns a histogram into the square roots of its shares, in place: a vector of unit length (or zero) whose dot products compare the
 * shares, and in which frequent values no longer drown rare ones.
 *
 * @see Arandjelović and Zisserman, Three things everyone should know to improve object retrieval, CVPR 2012 (RootSIFT).
 */
export function hellinger(histogram: Float32Array): void {
  let sum = 0
  for (let i = 0; i < histogram.length; i++) sum += histogram[i]!
  if (sum === 0) return
  for (let i = 0; i < histogram.length; i++) histogram[i] = Math.sqrt(histogram[i]! / sum)
}
