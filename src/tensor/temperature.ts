import { matrix, softmaxRows, type Matrix } from './matrix.ts'

/** No class is less likely than this, lest one certain mistake decide everything. */
const leastProb = 1e-12

/**
 * `softmax(ln p / temperature)`, row by row: above 1 less sure, below 1 surer; the order of classes stays. Shape `[n, k]`.
 *
 * @see Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (arXiv:1706.04599).
 */
export function applyTemperature({ rows, cols, data }: Matrix, temperature: number): Matrix {
  const logits = matrix(rows, cols)
  for (let at = 0; at < data.length; at++) logits.data[at] = logOf(data[at]!) / temperature
  return softmaxRows(logits)
}

/** What was said of items, entry by entry: item `rows[e]` is of class `labels[e]`, which counts `weights[e]` (default 1). */
export interface LabelEntries {
  readonly rows: Int32Array
  readonly labels: Int32Array
  readonly weights?: Float64Array
}

/**
 * The temperature in `[coldest, hottest]` at which the entries are likeliest under `softmax(ln p / T)`.
 *
 * The loss is convex in `1 / T`; Newton's method, kept inside a bracket that halves where a step leaves it, finds it to 1e-9.
 *
 * @param predProbs - Shape `[n, k]`.
 * @see Guo et al., On Calibration of Modern Neural Networks, ICML 2017 (arXiv:1706.04599).
 */
export function fitTemperature(
  predProbs: Matrix,
  entries: LabelEntries,
  [coldest, hottest]: readonly [number, number],
): number {
  const logs = Float64Array.from(predProbs.data, logOf)
  const said = sumEntries(logs, predProbs.cols, entries, predProbs.rows)
  let [low, high] = [1 / hottest, 1 / coldest]
  let inverse = Math.min(Math.max(1, low), high)
  for (let round = 0; round < 100; round++) {
    const { slope, curvature } = derivatives(logs, said, inverse)
    if (slope === 0) break
    if (slope > 0) high = inverse
    else low = inverse
    const newton = inverse - slope / curvature
    // Geometric halving: the bracket may span four orders of magnitude.
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high)
    if (Math.abs(next - inverse) <= 1e-9 * inverse) break
    inverse = next
  }
  return 1 / inverse
}

/** Per item the weight of its entries and the weighted sum of their log-probabilities. */
interface Said {
  readonly mass: Float64Array
  readonly logs: Float64Array
}

function sumEntries(logs: Float64Array, k: number, { rows, labels, weights }: LabelEntries, n: number): Said {
  const said = { mass: new Float64Array(n), logs: new Float64Array(n) }
  for (let e = 0; e < rows.length; e++) {
    const weight = weights ? weights[e]! : 1
    said.mass[rows[e]!]! += weight
    said.logs[rows[e]!]! += weight * logs[rows[e]! * k + labels[e]!]!
  }
  return said
}

/** Of the summed negative log-likelihood, in the inverse temperature. */
function derivatives(logs: Float64Array, said: Said, inverse: number) {
  const n = said.mass.length
  const k = logs.length / Math.max(1, n)
  let [slope, curvature] = [0, 0]
  for (let i = 0; i < n; i++) {
    const mass = said.mass[i]!
    if (mass === 0) continue
    const start = i * k
    let max = -Infinity
    for (let at = start; at < start + k; at++) if (logs[at]! > max) max = logs[at]!
    let [total, first, second] = [0, 0, 0]
    for (let at = start; at < start + k; at++) {
      const below = logs[at]! - max
      const share = Math.exp(inverse * below)
      total += share
      first += share * below
      second += share * below * below
    }
    const mean = first / total
    slope += mass * (mean + max) - said.logs[i]!
    curvature += mass * (second / total - mean * mean)
  }
  return { slope, curvature }
}

function logOf(p: number): number {
  return Math.log(Math.max(p, leastProb))
}
