/** Numbers to be learnt, changed in place, and the rate at which they shrink towards 0 beside their gradient. */
export interface AdamSlot {
  readonly values: Float32Array | Float64Array
  readonly weightDecay: number
}

const firstMoment = 0.9
const secondMoment = 0.999
const tiny = 1e-8

/**
 * Adam with decoupled weight decay.
 *
 * @returns A function that takes one step of a given rate, with one gradient per slot.
 * @see Kingma and Ba, Adam, ICLR 2015, algorithm 1; Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
 */
export function makeAdam(
  slots: readonly AdamSlot[],
): (gradients: readonly (Float32Array | Float64Array)[], learningRate: number) => void {
  const means = slots.map(({ values }) => new Float64Array(values.length))
  const squares = slots.map(({ values }) => new Float64Array(values.length))
  let step = 0
  return (gradients, learningRate) => {
    step++
    const rate = learningRate / (1 - firstMoment ** step)
    const correction = 1 / (1 - secondMoment ** step)
    slots.forEach(({ values, weightDecay }, s) => {
      const [mean, square, gradient] = [means[s]!, squares[s]!, gradients[s]!]
      const kept = 1 - learningRate * weightDecay
      for (let j = 0; j < values.length; j++) {
        const slope = gradient[j]!
        mean[j] = firstMoment * mean[j]! + (1 - firstMoment) * slope
        square[j] = secondMoment * square[j]! + (1 - secondMoment) * slope * slope
        values[j] = kept * values[j]! - (rate * mean[j]!) / (Math.sqrt(square[j]! * correction) + tiny)
      }
    })
  }
}
