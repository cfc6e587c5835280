/** A function to minimise: its value and gradient at `x`. The gradient must be a fresh array at every call. */
export type Objective = (x: Float64Array) => Promise<{ readonly value: number; readonly gradient: Float64Array }>

export interface LbfgsOptions {
  readonly maxIterations: number
  /** Stops when the largest absolute gradient entry is at most this. */
  readonly gradientTolerance: number
  /** Stops when a step improves the value by at most this share of it. Default 1e-7. */
  readonly valueTolerance?: number
}

const memory = 10
const sufficientDecrease = 1e-4

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
  const { maxIterations, gradientTolerance, valueTolerance = 1e-7 } = options
  const steps: Float64Array[] = []
  const changes: Float64Array[] = []
  let x = start
  let { value, gradient } = await objective(x)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (maxAbs(gradient) <= gradientTolerance) return { x, value, iterations: iteration }
    const direction = descentDirection(gradient, steps, changes)
    const slope = dot(direction, gradient)
    let length = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1
    let next = await evaluate(objective, x, direction, length)
    while (!(next.value <= value + sufficientDecrease * length * slope)) {
      // The minimiser of the parabola through the two values and the slope, kept within sane bounds.
      const parabola = (-slope * length * length) / (2 * (next.value - value - slope * length))
      length = Number.isFinite(parabola) ? Math.min(Math.max(parabola, 0.1 * length), 0.5 * length) : 0.1 * length
      if (length < 1e-12) return { x, value, iterations: iteration }
      next = await evaluate(objective, x, direction, length)
    }
    const step = difference(next.x, x)
    const change = difference(next.gradient, gradient)
    if (dot(step, change) > 1e-12 * dot(change, change)) {
      steps.push(step)
      changes.push(change)
      if (steps.length > memory) {
        steps.shift()
        changes.shift()
      }
    }
    const gain = value - next.value
    ;({ x, value, gradient } = next)
    if (gain <= valueTolerance * Math.max(1e-12, Math.abs(value))) return { x, value, iterations: iteration + 1 }
  }
  return { x, value, iterations: maxIterations }
}

async function evaluate(objective: Objective, x: Float64Array, direction: Float64Array, length: number) {
  const moved = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) moved[i] = x[i]! + length * direction[i]!
  return { x: moved, ...(await objective(moved)) }
}

/** The two-loop recursion: `-H · gradient` with `H` from the remembered steps and gradient changes. */
function descentDirection(gradient: Float64Array, steps: Float64Array[], changes: Float64Array[]): Float64Array {
  const direction = gradient.map((g) => -g)
  const alphas = new Float64Array(steps.length)
  for (let m = steps.length - 1; m >= 0; m--) {
    alphas[m] = dot(steps[m]!, direction) / dot(steps[m]!, changes[m]!)
    addScaled(direction, -alphas[m]!, changes[m]!)
  }
  const last = steps.length - 1
  if (last >= 0) {
    const scale = dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!)
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale
  }
  for (let m = 0; m < steps.length; m++) {
    const beta = dot(changes[m]!, direction) / dot(steps[m]!, changes[m]!)
    addScaled(direction, alphas[m]! - beta, steps[m]!)
  }
  return direction
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

function maxAbs(a: Float64Array): number {
  let max = 0
  for (let i = 0; i < a.length; i++) if (Math.abs(a[i]!) > max) max = Math.abs(a[i]!)
  return max
}
