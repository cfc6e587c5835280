import { expect, test } from 'vitest'
import { matrix } from '../tensor/matrix.ts'
import { predictionOutlierScores } from './prediction-outliers.ts'

const probs = (...rows: number[][]) => matrix(rows.length, rows[0]!.length, Float32Array.from(rows.flat()))

test('a sure prediction scores 1, an undecided one 0, two equal classes of four one half', () => {
  const scores = predictionOutlierScores(probs([1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.5, 0, 0]))
  scores.forEach((score, i) => expect(score).toBeCloseTo([1, 0, 0.5][i]!, 6))
})

test('confidence is the largest probability', () => {
  const scores = predictionOutlierScores(probs([0.7, 0.3], [0.5, 0.5]), { measure: 'confidence' })
  scores.forEach((score, i) => expect(score).toBeCloseTo([0.7, 0.5][i]!, 6))
})

test('a class the model is shy of is lifted, by hand: t = (0.9, 0.5)', () => {
  // (0.9, 0.1) + (0, 0.4) over 1.4, and (0.5, 0.5) + (0, 0.4) over 1.4.
  const scores = predictionOutlierScores(probs([0.9, 0.1], [0.5, 0.5]), {
    labels: Int32Array.of(0, 1),
    measure: 'confidence',
  })
  scores.forEach((score) => expect(score).toBeCloseTo(0.9 / 1.4, 6))
})

test('one class, wrong probabilities and wrong labels are refused', () => {
  const refuse = (run: () => unknown, code: string) => expect(run).toThrow(expect.objectContaining({ code }))
  refuse(() => predictionOutlierScores(probs([1], [1])), 'bad-shape')
  refuse(() => predictionOutlierScores(probs([NaN, 1])), 'bad-probability')
  refuse(() => predictionOutlierScores(probs([-0.1, 1.1])), 'bad-probability')
  refuse(() => predictionOutlierScores(probs([1, 0]), { labels: Int32Array.of(2) }), 'bad-label')
  refuse(() => predictionOutlierScores(probs([1, 0]), { labels: Int32Array.of(0, 1) }), 'length-mismatch')
})
