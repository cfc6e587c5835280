import type { GraphBuilder, Value } from '../tensor/onnx/graph.ts'

/** Rows scaled to length 1, inside a kernel, and what their gradient needs. */
export interface UnitLayer {
  /** Shape `[n, d]`. */
  readonly unit: Value
  /** Shape `[n, 1]`. */
  readonly length: Value
}

/** Keeps rows of zeros from a division by 0. */
const leastSquare = Float32Array.of(1e-12)

/** `u = x / |x|`, row by row. */
export function unitLayer(g: GraphBuilder, x: Value): UnitLayer {
  const length = g.sqrt(g.add(g.sum(g.multiply(x, x), 1), g.constant(leastSquare, [1, 1])))
  return { unit: g.divide(x, length), length }
}

/** The gradient in `x` of that in `u`: what is left of it across `u`, divided by the length. */
export function beforeUnitLayer(g: GraphBuilder, gradient: Value, { unit, length }: UnitLayer): Value {
  const along = g.sum(g.multiply(gradient, unit), 1)
  return g.divide(g.subtract(gradient, g.multiply(unit, along)), length)
}
