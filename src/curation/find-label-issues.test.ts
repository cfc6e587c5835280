import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { matrix, row, type Matrix } from '../tensor/matrix.ts'
import { writeNpy } from '../tensor/npy.ts'
import { confidentJoint } from './confident-joint.ts'
import { countLabelIssues } from './count-label-issues.ts'
import type { FilterBy } from './filter-by.ts'
import { findLabelIssuesInFile } from './find-label-issues-in-file.ts'
import { findLabelIssues } from './find-label-issues.ts'
import { labelQuality } from './label-quality.ts'
import { roundPreservingSum } from './round-preserving-sum.ts'
import { workedLabels, workedProbs } from './worked-example.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
})
afterAll(() => rm(folder, { recursive: true }))

const filters: readonly FilterBy[] = [
  'prune_by_noise_rate',
  'prune_by_class',
  'both',
  'confident_learning',
  'predicted_neq_given',
  'low_self_confidence',
  'low_normalized_margin',
]
const methods = ['self_confidence', 'normalized_margin', 'confidence_weighted_entropy'] as const

test.each(filters)('%s finds the three wrong labels of the worked example, worst first', (filterBy) => {
  const { isIssue, ranked } = findLabelIssues(workedLabels, workedProbs, { filterBy })
  expect([...isIssue.keys()].filter((i) => isIssue[i])).toEqual([3, 7, 11])
  expect([...ranked]).toEqual([3, 11, 7])
})

test('both ways of counting find three wrong labels in the worked example', () => {
  expect(countLabelIssues(workedLabels, workedProbs)).toBe(3)
  expect(countLabelIssues(workedLabels, workedProbs, 'off_diagonal_calibrated')).toBe(3)
})

interface Problem {
  readonly labels: Int32Array
  readonly predProbs: Matrix
}

/** Few whole weights make many equal probabilities, zeros, and classes that nobody predicts or has. */
const problems: fc.Arbitrary<Problem> = fc
  .record({ n: fc.integer({ min: 1, max: 40 }), k: fc.integer({ min: 2, max: 5 }), whole: fc.boolean() })
  .chain(({ n, k, whole }) => {
    const weight = whole ? fc.nat(3) : fc.double({ min: 0, max: 1, noNaN: true })
    return fc.record({
      labels: fc.int32Array({ min: 0, max: k - 1, minLength: n, maxLength: n }),
      predProbs: fc
        .array(fc.array(weight, { minLength: k, maxLength: k }), { minLength: n, maxLength: n })
        .map((rows) =>
          matrix(
            n,
            k,
            Float32Array.from(
              rows.flatMap((weights) => {
                const sum = weights.reduce((a, b) => a + b)
                return weights.map((w) => (sum === 0 ? 1 / k : w / sum))
              }),
            ),
          ),
        ),
    })
  })

/** The definitions, word for word, on nested arrays; ties by index. */
function reference(
  { labels, predProbs }: Problem,
  fracNoise = 1,
  least = 1,
): Record<FilterBy, number[]> & { joint: number[][] } {
  const k = predProbs.cols
  const p = Array.from(labels, (_, i) => [...row(predProbs, i)])
  const y = [...labels]
  const all = y.map((_, i) => i)
  const classes = Array.from({ length: k }, (_, c) => c)
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
  const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values))
  const ofClass = (c: number): number[] => all.filter((i) => y[i] === c)
  const threshold = classes.map((c) => {
    const items = ofClass(c)
    return items.length === 0 ? 2 : Math.max(2e-6, sum(items.map((i) => p[i]![c]!)) / items.length)
  })
  const guess = p.map((probs) => {
    const confident = classes.filter((c) => probs[c]! >= threshold[c]! - 1e-6)
    return confident.length > 1 ? argmax(probs) : (confident[0] ?? -1)
  })
  const raw = classes.map((i) => classes.map((j) => all.filter((n) => y[n] === i && guess[n] === j).length))
  raw.forEach((counts, i) => (counts[i] = Math.max(1, counts[i]!)))
  const joint = raw.map((counts, i) => [
    ...roundPreservingSum(counts.map((count) => (count / sum(counts)) * ofClass(i).length)),
  ])
  const prune = joint.map((counts, i) => {
    const raised = Math.max(counts[i]!, least)
    const taken = (raised - counts[i]!) / Math.max(1, counts.filter((count) => count !== 0).length - 1)
    const lowered = counts.map((count) => Math.max(0, count - taken))
    const spared = sum(classes.filter((j) => j !== i).map((j) => lowered[j]! * (1 - fracNoise)))
    return counts.map((_, j) => Math.trunc(j === i ? raised + spared : lowered[j]! * fracNoise))
  })
  const smallest = (items: number[], score: (i: number) => number, count: number): number[] =>
    items.toSorted((a, b) => score(a) - score(b)).slice(0, Math.max(0, count))
  const spare = (items: number[]): number[] =>
    all.filter((i) => items.includes(i) && argmax(p[i]!.map((v, c) => v + (c === y[i] ? 1e-6 : 0))) !== y[i])
  const own = (i: number): number => p[i]![y[i]!]!
  const margin = (i: number): number => own(i) - Math.max(...p[i]!.filter((_, c) => c !== y[i]))
  const large = classes.filter((c) => ofClass(c).length > least)
  const byClass = spare(large.flatMap((c) => smallest(ofClass(c), own, ofClass(c).length - prune[c]![c]!)))
  const byRate = spare(
    large.flatMap((c) =>
      classes.filter((j) => j !== c).flatMap((j) => smallest(ofClass(c), (i) => own(i) - p[i]![j]!, prune[c]![j]!)),
    ),
  )
  const offDiagonal = spare(all.filter((i) => guess[i] !== -1 && guess[i] !== y[i]))
  const ascending = (items: number[]): number[] => items.toSorted((a, b) => a - b)
  return {
    joint,
    prune_by_noise_rate: byRate,
    prune_by_class: byClass,
    both: byClass.filter((i) => byRate.includes(i)),
    confident_learning: offDiagonal,
    predicted_neq_given: spare(all),
    low_self_confidence: ascending(smallest(all, own, offDiagonal.length)),
    low_normalized_margin: ascending(smallest(all, margin, offDiagonal.length)),
  }
}

const options = fc.record({
  fracNoise: fc.constantFrom(1, 1, 0.5, 0),
  minExamplesPerClass: fc.constantFrom(1, 1, 0, 3),
  rankedBy: fc.constantFrom(...methods),
})

test('flags and order are what the definitions say, for every filter, also among equal probabilities', () => {
  fc.assert(
    fc.property(problems, options, (problem, { fracNoise, minExamplesPerClass, rankedBy }) => {
      const expected = reference(problem, fracNoise, minExamplesPerClass)
      const { labels, predProbs } = problem
      const quality = labelQuality(labels, predProbs, { method: rankedBy })
      for (const filterBy of filters) {
        const { isIssue, ranked } = findLabelIssues(labels, predProbs, {
          filterBy,
          fracNoise,
          minExamplesPerClass,
          rankedBy,
        })
        expect(
          [...isIssue.keys()].filter((i) => isIssue[i]),
          filterBy,
        ).toEqual(expected[filterBy])
        expect([...ranked]).toEqual(expected[filterBy].toSorted((a, b) => quality[a]! - quality[b]!))
      }
      expect([...confidentJoint(labels, predProbs).counts]).toEqual(expected.joint.flat())
      expect(countLabelIssues(labels, predProbs)).toBe(expected.confident_learning.length)
      const right = expected.joint.reduce((sum, counts, c) => sum + counts[c]!, 0)
      expect(countLabelIssues(labels, predProbs, 'off_diagonal_calibrated')).toBe(labels.length - right)
    }),
    { numRuns: 300 },
  )
})

test('reading the probabilities from a file, a few rows at a time, changes nothing', async () => {
  const path = join(folder, 'probs.npy')
  await fc.assert(
    fc.asyncProperty(problems, options, fc.integer({ min: 1, max: 200 }), async (problem, chosen, chunkBytes) => {
      await writeNpy(path, problem.predProbs)
      for (const filterBy of filters) {
        const expected = findLabelIssues(problem.labels, problem.predProbs, { ...chosen, filterBy })
        expect(await findLabelIssuesInFile(path, problem.labels, { ...chosen, filterBy, chunkBytes })).toEqual(expected)
      }
    }),
    { numRuns: 40 },
  )
})

test('a file of many classes, where thresholds are high, gives the same as memory', async () => {
  const path = join(folder, 'wide.npy')
  const [n, k] = [400, 37]
  const labels = Int32Array.from({ length: n }, (_, i) => (i * 7) % k)
  const wide = matrix(n, k)
  for (let i = 0; i < n; i++) {
    const truth = i % 9 === 0 ? (labels[i]! + 1 + (i % 3)) % k : labels[i]!
    row(wide, i).fill(0.3 / (k - 2))
    row(wide, i)[(truth + 1) % k] = 0.7 - 0.1 * ((i % 7) + 1)
    row(wide, i)[truth] = 0.1 * ((i % 7) + 1)
  }
  await writeNpy(path, wide)
  for (const filterBy of filters) {
    expect(await findLabelIssuesInFile(path, labels, { filterBy, chunkBytes: 5000 })).toEqual(
      findLabelIssues(labels, wide, { filterBy }),
    )
  }
})

test('a file of independent probabilities, many of them high in each row, gives the same as memory', async () => {
  const path = join(folder, 'sigmoid.npy')
  const [n, k] = [60, 41]
  const labels = Int32Array.from({ length: n }, (_, i) => i % k)
  const probs = matrix(
    n,
    k,
    Float32Array.from({ length: n * k }, (_, at) => ((at * 37) % 101) / 101),
  )
  await writeNpy(path, probs)
  for (const filterBy of filters) {
    expect(await findLabelIssuesInFile(path, labels, { filterBy, chunkBytes: 1000 })).toEqual(
      findLabelIssues(labels, probs, { filterBy }),
    )
  }
})

test('an empty dataset has no issues', async () => {
  const empty = matrix(0, 3)
  const nothing = { isIssue: new Uint8Array(0), ranked: new Int32Array(0) }
  expect(findLabelIssues(new Int32Array(0), empty)).toEqual(nothing)
  await writeNpy(join(folder, 'empty.npy'), empty)
  expect(await findLabelIssuesInFile(join(folder, 'empty.npy'), new Int32Array(0))).toEqual(nothing)
})

test('probabilities that miss 0 or 1 by rounding are used', () => {
  const rounded = matrix(2, 2, Float32Array.of(1.00001, -0.00001, 0.2, 0.8))
  expect([...findLabelIssues(Int32Array.of(1, 1), rounded, { filterBy: 'predicted_neq_given' }).ranked]).toEqual([0])
})

test.each([
  ['too few labels', Int32Array.of(0), matrix(2, 2), 'length-mismatch'],
  ['a label that is no class', Int32Array.of(0, 2), matrix(2, 2), 'bad-label'],
  ['one class', Int32Array.of(0, 0), matrix(2, 1), 'bad-shape'],
  ['NaN', Int32Array.of(0, 1), matrix(2, 2, Float32Array.of(0, 1, NaN, 1)), 'bad-probability'],
  ['a negative number', Int32Array.of(0, 1), matrix(2, 2, Float32Array.of(0, 1, 0.5, -0.5)), 'bad-probability'],
  ['a logit', Int32Array.of(0, 1), matrix(2, 2, Float32Array.of(0, 1, 0.5, 1.5)), 'bad-probability'],
  ['infinity', Int32Array.of(0, 1), matrix(2, 2, Float32Array.of(0, 1, 0.5, -Infinity)), 'bad-probability'],
])('%s is refused, in memory as in a file', async (_, labels, probs, code) => {
  const refused = expect.objectContaining({ code }) as unknown
  expect(() => findLabelIssues(labels, probs)).toThrow(refused as Error)
  expect(() => labelQuality(labels, probs)).toThrow(refused as Error)
  await writeNpy(join(folder, 'bad.npy'), probs)
  await expect(findLabelIssuesInFile(join(folder, 'bad.npy'), labels, { chunkBytes: 1 })).rejects.toMatchObject({
    code,
  })
})

test.each([{ fracNoise: 1.5 }, { fracNoise: NaN }, { minExamplesPerClass: -1 }, { minExamplesPerClass: 0.5 }])(
  '%o is refused',
  (chosen) => {
    const refused = expect.objectContaining({ code: 'bad-option' }) as Error
    expect(() => findLabelIssues(workedLabels, workedProbs, chosen)).toThrow(refused)
  },
)

test.each([0, -1, NaN])('parts of %s bytes are refused', async (chunkBytes) => {
  const path = join(folder, 'parts.npy')
  await writeNpy(path, workedProbs)
  await expect(findLabelIssuesInFile(path, workedLabels, { chunkBytes })).rejects.toMatchObject({ code: 'bad-option' })
})

test('nine in ten of ten errors are nine, however 1 - 0.9 is rounded', () => {
  const labels = Int32Array.of(...Array<number>(11).fill(0), 1, 1)
  const right = [0.9, 0.1]
  const wrong = Array.from({ length: 10 }, (_, i) => [0.1 + i / 1000, 0.9 - i / 1000])
  const probs = matrix(13, 2, Float32Array.from([right, ...wrong, [0.2, 0.8], [0.2, 0.8]].flat()))
  for (const filterBy of ['prune_by_class', 'prune_by_noise_rate'] as const) {
    const { ranked } = findLabelIssues(labels, probs, { filterBy, fracNoise: 0.9 })
    expect([...ranked]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  }
})
