import { permutation, type Rng } from '../core/rng.ts'
import { makeAdam, type AdamSlot } from '../tensor/adam.ts'

export interface BatchTraining {
  /** Default 50, as in the paper (of linear probing and contrastive tuning; prompt tuning has 200 of SGD there). */
  readonly epochs: number
  /** Batches are of equal size, as near to this as that allows: none is dropped, none is small. Default 32, as in the paper. */
  readonly batchSize: number
  /** The highest, which is reached in a line over the first 50 steps, or a tenth of all where that is less, and falls to 0 as a cosine. */
  readonly learningRate: number
}

const mostWarmUp = 50

/**
 * Learns by AdamW in shuffled mini-batches. Changes the parameters in place.
 *
 * @param n - The number of items.
 * @param gradientsOf - The gradients of a batch, one for each parameter.
 */
export async function trainInBatches(
  parameters: readonly AdamSlot[],
  { n, epochs, batchSize, learningRate }: BatchTraining & { readonly n: number },
  rng: Rng,
  gradientsOf: (rows: Int32Array) => Promise<readonly Float32Array[]>,
): Promise<void> {
  const batches = n > 0 ? Math.max(1, Math.round(n / batchSize)) : 0
  const steps = epochs * batches
  const adam = makeAdam(parameters)
  for (let step = 0, order = permutation(n, rng); step < steps; step++) {
    const batch = step % batches
    if (batch === 0 && step > 0) order = permutation(n, rng)
    const rows = order.subarray(Math.round((batch * n) / batches), Math.round(((batch + 1) * n) / batches))
    adam(await gradientsOf(rows), learningRate * rateAt(step, steps))
  }
}

/** The share of the highest learning rate at a step. */
function rateAt(step: number, steps: number): number {
  const warmUp = Math.min(mostWarmUp, Math.ceil(steps / 10))
  if (step < warmUp) return (step + 1) / warmUp
  return (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(1, steps - warmUp))) / 2
}
