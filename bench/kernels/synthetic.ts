import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rng } from '../../src/core/rng.ts'
import { makeKernel } from '../../src/tensor/kernel.ts'
import { matrix, row, type Matrix } from '../../src/tensor/matrix.ts'
import { readNpy, writeNpy } from '../../src/tensor/npy.ts'

const blockSize = 1 << 21

/**
 * Rows of random numbers by the ten thousand: windows into one block of 2^21 draws, since drawing 50 million normal numbers takes seconds.
 * No two of the first 2^21 rows begin at the same place; where two overlap, they do so in different columns.
 */
function makeRows(cols: number, draw: () => number): (i: number) => Float32Array {
  const block = Float32Array.from({ length: blockSize + cols }, draw)
  return (i) => {
    // An odd factor visits every place once.
    const start = Math.imul(i, 0x9e3779b1) & (blockSize - 1)
    return block.subarray(start, start + cols)
  }
}

/** Normal clouds of standard deviation 1 around `k` centres that are drawn with standard deviation 0.5 per column. */
export function drawClusters(n: number, d: number, k: number, rng: Rng): { features: Matrix; labels: Int32Array } {
  const centres = matrix(
    k,
    d,
    Float32Array.from({ length: k * d }, () => 0.5 * rng.normal()),
  )
  const labels = drawLabels(n, k, rng)
  const noiseOf = makeRows(d, () => rng.normal())
  const features = matrix(n, d)
  for (let i = 0; i < n; i++) {
    const [centre, noise, point] = [row(centres, labels[i]!), noiseOf(i), row(features, i)]
    for (let j = 0; j < d; j++) point[j] = centre[j]! + noise[j]!
  }
  return { features, labels }
}

const headProbs = makeKernel((g) => ({
  probs: g.softmax(g.matmul(g.input('x', ['n', 'd']), g.input('weights', ['d', 'k']))),
}))

/** What a head with random weights predicts; its logits have a standard deviation of about 2. Shape `[n, k]`. */
export async function drawHeadProbs(features: Matrix, k: number, rng: Rng): Promise<Matrix> {
  const scale = 2 / Math.sqrt(1.25 * features.cols)
  const weights = matrix(
    features.cols,
    k,
    Float32Array.from({ length: features.cols * k }, () => scale * rng.normal()),
  )
  return (await headProbs({ x: features, weights })).probs!
}

export function drawLabels(n: number, k: number, rng: Rng): Int32Array {
  return Int32Array.from({ length: n }, () => rng.below(k))
}

const rowsAtOnce = 5000

/**
 * Writes class probabilities of a good classifier: a softmax of normal logits, the true class ahead of the others by
 * `ln k + 1.5 ± 1.5`. A few thousand rows at a time are in memory.
 */
export async function writePredProbs(path: string, truth: Int32Array, k: number, rng: Rng): Promise<void> {
  const weightsOf = makeRows(k, () => Math.exp(rng.normal()))
  // The header alone; the rows are appended.
  await writeNpy(path, { rows: truth.length, cols: k, data: new Float32Array(0) })
  const file = await open(path, 'a')
  try {
    for (let from = 0; from < truth.length; from += rowsAtOnce) {
      const chunk = matrix(Math.min(rowsAtOnce, truth.length - from), k)
      for (let i = 0; i < chunk.rows; i++) {
        const probs = row(chunk, i)
        probs.set(weightsOf(from + i))
        probs[truth[from + i]!]! *= Math.exp(Math.log(k) + 1.5 + 1.5 * rng.normal())
        normalise(probs)
      }
      await file.writeFile(new Uint8Array(chunk.data.buffer))
    }
  } finally {
    await file.close()
  }
}

function normalise(weights: Float32Array): void {
  let sum = 0
  for (let j = 0; j < weights.length; j++) sum += weights[j]!
  for (let j = 0; j < weights.length; j++) weights[j]! /= sum
}

/** Whole numbers below 2^24, as floats: {@link readNpy} reads no others. */
export function writeIntegers(path: string, values: Int32Array): Promise<void> {
  return writeNpy(path, matrix(values.length, 1, Float32Array.from(values)))
}

/** A file in `folder` written by {@link writeIntegers}. */
export async function readIntegers(folder: string, name: string): Promise<Int32Array> {
  return Int32Array.from((await readNpy(join(folder, name))).data)
}
