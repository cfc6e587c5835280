import { expect, test } from 'vitest'
import { auditSize, clopperPearsonLower, confidenceOfAttempt, overallBound } from './certificate.ts'

/** `P(X ≥ right)` of a binomial whose rate is a fraction over `steps`, exactly: whole numbers over `steps ** n`. */
const steps = 100_000n
function exactTail(right: number, n: number, rateInSteps: bigint): number {
  let [sum, binomial] = [0n, 1n]
  for (let x = 0; x <= n; x++) {
    if (x >= right) sum += binomial * rateInSteps ** BigInt(x) * (steps - rateInSteps) ** BigInt(n - x)
    binomial = (binomial * BigInt(n - x)) / BigInt(x + 1)
  }
  return Number((sum * 10n ** 15n) / steps ** BigInt(n)) / 1e15
}

/** `P(X = x)` for all x, by products of 64-bit numbers. */
function probabilities(n: number, rate: number): number[] {
  let terms = [1]
  for (let i = 0; i < n; i++) {
    const next = Array.from({ length: terms.length + 1 }, () => 0)
    terms.forEach((p, x) => {
      next[x]! += p * (1 - rate)
      next[x + 1]! += p * rate
    })
    terms = next
  }
  return terms
}

test.each([
  // R 4: binom.test(right, n, alternative = 'greater') at 95 %, or the lower end of the two-sided 95 % interval (97.5 %).
  [9, 10, 0.975, 0.5549839],
  [5, 10, 0.975, 0.187086],
  [95, 100, 0.975, 0.8871651],
  [95, 100, 0.95, 0.8977],
])('%d right of %d at a confidence of %d: at least %d (published intervals)', (right, n, confidence, expected) => {
  expect(clopperPearsonLower(right, n, confidence)).toBeCloseTo(expected, expected === 0.8977 ? 3 : 5)
})

test('where all of n are right, the bound is the n-th root of the risk: 59 of 59 certify 95 % at 95 %', () => {
  for (const n of [1, 2, 30, 59, 1000, 20_000]) {
    for (const confidence of [0.5, 0.9, 0.95, 0.999]) {
      expect(clopperPearsonLower(n, n, confidence)).toBeCloseTo((1 - confidence) ** (1 / n), 10)
    }
  }
  expect(clopperPearsonLower(59, 59, 0.95)).toBeGreaterThan(0.95)
  expect(clopperPearsonLower(58, 58, 0.95)).toBeLessThan(0.95)
})

test('just below the bound the audit would be a surprise, just above it would not, by exact sums of whole numbers', () => {
  for (const [right, n] of [
    [1, 1],
    [1, 20],
    [7, 30],
    [29, 30],
    [55, 60],
    [60, 60],
    [93, 100],
  ] as const) {
    for (const confidence of [0.9, 0.975]) {
      const bound = BigInt(Math.floor(clopperPearsonLower(right, n, confidence) * Number(steps)))
      expect(exactTail(right, n, bound)).toBeLessThanOrEqual(1 - confidence + 1e-12)
      expect(exactTail(right, n, bound + 1n)).toBeGreaterThan(1 - confidence - 1e-12)
    }
  }
})

test('the bound holds at least as often as it promises, whatever the true rate', () => {
  for (const n of [5, 30, 60]) {
    for (const confidence of [0.8, 0.95]) {
      const bounds = Array.from({ length: n + 1 }, (_, right) => clopperPearsonLower(right, n, confidence))
      for (let rate = 0.02; rate < 1; rate += 0.035) {
        const holds = probabilities(n, rate).reduce((sum, p, right) => sum + (bounds[right]! <= rate ? p : 0), 0)
        expect(holds).toBeGreaterThanOrEqual(confidence - 1e-9)
      }
    }
  }
})

test('the bound rises with every right answer and stays below their share', () => {
  const bounds = Array.from({ length: 41 }, (_, right) => clopperPearsonLower(right, 40, 0.95))
  expect(bounds[0]).toBe(0)
  bounds.slice(1).forEach((bound, at) => {
    expect(bound).toBeGreaterThan(bounds[at]!)
    expect(bound).toBeLessThan((at + 1) / 40)
  })
})

test('nothing audited certifies nothing', () => {
  expect(clopperPearsonLower(0, 0, 0.95)).toBe(0)
})

test.each([
  [5, 4, 0.95],
  [-1, 4, 0.95],
  [NaN, 4, 0.95],
  [1, 4, 1],
  [1, 4, 0],
  [1, 4, 95],
])('%d right of %d at %d has no bound', (right, n, confidence) => {
  expect(() => clopperPearsonLower(right, n, confidence)).toThrow(expect.objectContaining({ code: 'bad-audit' }))
})

test('all attempts together risk no more than one certificate may', () => {
  expect(confidenceOfAttempt(0.95, 1)).toBeCloseTo(0.975, 12)
  let risk = 0
  for (let attempt = 1; attempt <= 10_000; attempt++) risk += 1 - confidenceOfAttempt(0.95, attempt)
  expect(risk).toBeLessThan(0.05)
  expect(risk).toBeCloseTo(0.05, 4)
})

test('labels that people gave count as right: 90 % of the other half is 95 % of all', () => {
  expect(overallBound(0.9, 50, 100)).toBeCloseTo(0.95, 12)
  expect(overallBound(0.2, 0, 100)).toBe(1)
  expect(overallBound(0.9, 100, 100)).toBeCloseTo(0.9, 12)
  expect(overallBound(0, 0, 0)).toBe(1)
})

const asked = { confidence: 0.95, population: 10_000, n: 10_000 }

test('the audit is the smallest of its sizes that would certify the target', () => {
  // 59 right of 59 certify 95 %, so 60 of 60 do and 30 of 30 do not.
  expect(auditSize(1, 0.95, asked)).toBe(60)
  expect(auditSize(1, 0.9, asked)).toBe(30)
  for (const believed of [0.97, 0.98, 0.99]) {
    const size = auditSize(believed, 0.95, asked)!
    expect(clopperPearsonLower(Math.floor(believed * size), size, 0.95)).toBeGreaterThanOrEqual(0.95)
  }
})

test('no audit is drawn where none would certify: belief at or below the target, or hopeless', () => {
  for (const believed of [0.95, 0.9, 0, -3]) expect(auditSize(believed, 0.95, asked)).toBeNull()
})

test('a small rest is audited whole, or not at all', () => {
  expect(auditSize(1, 0.95, { confidence: 0.95, population: 10, n: 100 })).toBe(10)
  expect(auditSize(1, 0.999, { confidence: 0.95, population: 10, n: 100 })).toBeNull()
})
