/** A function to minimise: its value and gradient at `x`. The gradient must be a fresh array at every call. */
export type Objective = (x: Float64Array) => Promise<{ readonly value: number; readonly gradient: Float64Array }>

export interface LbfgsOptions {
  readonly maxIterations: number
  /** Stops at a point where this holds. */
  readonly isSolved: (value: number, gradient: Float64Array) => boolean
  /**
   * A guess at the second derivative along each coordinate, positive; of its scale only the first step depends. Default: 1 each, and a
   * first step no longer than 1.
   */
  readonly curvature?: Float64Array
  /** Relative rounding error of the values: stops where a step promises less than this share of the value. Default 1e-7 (32-bit sums). */
  readonly rounding?: number
}

/** How one step changed `x` and the gradient, and the product of the two. */
interface Step {
  readonly moved: Float64Array
  readonly change: Float64Array
  readonly product: number
}

const memory = 10
const sufficientDecrease = 1e-4
/** Values below this are as good as 0: a loss of 0 that is only reached at infinity would be chased down to the last bit. */
const leastValue = 1e-5

/**
 * Minimises a smooth function by limited-memory BFGS with a backtracking line search.
 *
 * @param start - Starting point; not changed.
 * @returns The best point seen, its value and the number of iterations.
 * @see Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5 (two-loop recursion), 3.1 (backtracking).
 */
export async function minimizeLbfgs(
  objective: Objective,
  start: Float64Array,
  options: LbfgsOptions,
): Promise<{ readonly x: Float64Array; readonly value: number; readonly iterations: number }> {
  const { maxIterations, isSolved, curvature, rounding = 1e-7 } = options
  const steps: Step[] = []
  let x = start
  let { value, gradient } = await objective(x)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const here = { x, value, iterations: iteration }
    if (isSolved(value, gradient)) return here
    const direction = descentDirection(gradient, steps, curvature)
    const slope = dot(direction, gradient)
    const isNoise = (length: number): boolean => !(-slope * length > rounding * Math.max(leastValue, Math.abs(value)))
    let length = steps.length > 0 || curvature ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)))
    if (isNoise(1)) return here
    let next = await evaluate(objective, x, direction, length)
    while (!(next.value <= value + sufficientDecrease * length * slope)) {
      // The minimiser of the parabola through the two values and the slope, kept within sane bounds.
      const parabola = (-slope * length * length) / (2 * (next.value - value - slope * length))
      length = Number.isFinite(parabola) ? Math.min(Math.max(parabola, 0.1 * length), 0.5 * length) : 0.1 * length
      if (isNoise(length)) return here
      next = await evaluate(objective, x, direction, length)
    }
    const [moved, change] = [difference(next.x, x), difference(next.gradient, gradient)]
    const product = dot(moved, change)
    if (product > 1e-12 * dot(change, change)) {
      steps.push({ moved, change, product })
      if (steps.length > memory) steps.shift()
    }
    ;({ x, value, gradient } = next)
  }
  return { x, value, iterations: maxIterations }
}

async function evaluate(objective: Objective, x: Float64Array, direction: Float64Array, length: number) {
  const moved = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) moved[i] = x[i]! + length * direction[i]!
  return { x: moved, ...(await objective(moved)) }
}

/** The two-loop recursion: `-H · gradient`, with `H` from the guessed curvature and the remembered steps. */
function descentDirection(gradient: Float64Array, steps: readonly Step[], curvature?: Float64Array): Float64Array {
  const direction = new Float64Array(gradient.length)
  for (let i = 0; i < gradient.length; i++) direction[i] = -gradient[i]!
  const alphas = new Float64Array(steps.length)
  for (let m = steps.length - 1; m >= 0; m--) {
    alphas[m] = dot(steps[m]!.moved, direction) / steps[m]!.product
    addScaled(direction, -alphas[m]!, steps[m]!.change)
  }
  const scale = guessedScale(steps.at(-1), curvature)
  if (curvature) for (let i = 0; i < direction.length; i++) direction[i]! *= scale / curvature[i]!
  else for (let i = 0; i < direction.length; i++) direction[i]! *= scale
  for (let m = 0; m < steps.length; m++) {
    const beta = dot(steps[m]!.change, direction) / steps[m]!.product
    addScaled(direction, alphas[m]! - beta, steps[m]!.moved)
  }
  return direction
}

/** What the guess must be multiplied by to agree with the last step. */
function guessedScale(last: Step | undefined, curvature?: Float64Array): number {
  if (!last) return 1
  const { change, product } = last
  if (!curvature) return product / dot(change, change)
  let guessed = 0
  for (let i = 0; i < change.length; i++) guessed += (change[i]! * change[i]!) / curvature[i]!
  return product / guessed
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[i]!
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length)
  for (let i = 0; i < a.length; i++) result[i] = a[i]! - b[i]!
  return result
}
