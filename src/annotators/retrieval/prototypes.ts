import { LabelwrightError } from '../../core/error.ts'
import { matrix, row, type Matrix } from '../../tensor/matrix.ts'

/** The cosine of two vectors; null where one of them is zero or not finite. */
export function cosine(a: Float32Array, b: Float32Array): number | null {
  let [dot, squaresA, squaresB] = [0, 0, 0]
  for (let j = 0; j < a.length; j++) {
    dot += a[j]! * b[j]!
    squaresA += a[j]! * a[j]!
    squaresB += b[j]! * b[j]!
  }
  const similarity = dot / Math.sqrt(squaresA * squaresB)
  return Number.isFinite(similarity) ? Math.max(-1, Math.min(1, similarity)) : null
}

/** Sums directions class by class. The sum of unit vectors points where their mean does, and a cosine reads no length. */
export interface PrototypeSums {
  add(label: number, embedding: Float32Array): void
  /** Shape `[k, d]`; zeros for a class without embeddings. Null where nothing was added. */
  sums(): Matrix | null
}

export function makePrototypeSums(k: number): PrototypeSums {
  let sums: Matrix | null = null
  return {
    add: (label, embedding) => {
      sums ??= matrix(k, embedding.length)
      checkWidth(embedding, sums)
      const length = Math.sqrt(embedding.reduce((sum, value) => sum + value * value, 0))
      if (!(length > 0 && length < Infinity)) return
      const sum = row(sums, label)
      for (let j = 0; j < sum.length; j++) sum[j]! += embedding[j]! / length
    },
    sums: () => sums,
  }
}

/** @throws {@link LabelwrightError} `bad-shape` for an embedding of another length than the prototypes. */
export function checkWidth(embedding: Float32Array, prototypes: Matrix): void {
  if (embedding.length === prototypes.cols) return
  throw new LabelwrightError(
    'bad-shape',
    `An embedding has ${embedding.length} values, but those before it, or the prototypes, have ${prototypes.cols}.`,
    'Make all embeddings with the same model.',
  )
}
