import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SimulatedCurve } from '../curve.ts'
import { renderSimulationReport } from './render-simulation-report.ts'
import type { SimulationReportData } from './simulation-report-data.ts'

/** A curve that rises straight to 1 within so much money, cut off at 100. */
function rising(strategy: string, seed: number, money: number): SimulatedCurve {
  const points = [0, 20, 40, 60, 80, 100].map((spent) => {
    const share = Math.min(1, spent / money)
    return {
      spent,
      answers: { anna: spent },
      poolAccuracy: share,
      balancedPoolAccuracy: share,
      testAccuracy: spent === 0 ? null : share,
      balancedAccuracy: null,
      macroF1: null,
    }
  })
  return { strategy, seed, points }
}

const meadow: SimulationReportData = {
  title: 'Meadow',
  currency: 'units',
  curves: [
    rising('information', 1, 40),
    rising('information', 2, 60),
    rising('margin', 1, 80),
    rising('margin', 2, 120),
  ],
  metric: 'testAccuracy',
  targets: [0.5, 0.9],
  reference: 'margin',
  settings: [{ name: 'Noise', value: 'uniform, 10 %' }],
}

/** What a reader sees, in one line. */
function words(page: string): string {
  const body = page.slice(page.indexOf('<body>')).replace(/<[^>]*>/g, ' ')
  return body.replace(/[\s\u00a0]+/g, ' ').replace(/ ([.,;:])/g, '$1')
}

test('the page says who is cheapest and by how much', () => {
  // 0.5 at 20 and 30; 40 and 60. 0.9 at 36 and 54; 72 and never.
  const { curves } = meadow
  const text = words(renderSimulationReport({ ...meadow, targets: [0.5] }))
  expect(text).toContain('information reaches 50.0 % test accuracy for 25 units, 50 % less than margin (50 units).')
  expect(text).toContain('4 campaigns simulated: 2 strategies by 2 seeds.')
  expect(text).toContain('information 25 ± 7 50 % less')
  expect(text).toContain('margin 50 ± 14')
  const both = words(renderSimulationReport(meadow))
  expect(both).toContain('information reaches 90.0 % test accuracy for 45 units; margin does with only 1 of 2 seeds.')
  expect(both).toContain('Noise uniform, 10 %')
  const alone = words(renderSimulationReport({ ...meadow, curves: curves.slice(0, 1), reference: null }))
  expect(alone).toContain('information reaches 90.0 % test accuracy for 36 units.')
  expect(alone).toContain('1 campaign simulated: 1 strategy by 1 seed.')
  expect(words(renderSimulationReport({ ...meadow, targets: [] }))).toContain(
    'information has the highest test accuracy',
  )
  const never = renderSimulationReport({ ...meadow, curves: curves.slice(3), targets: [0.99] })
  expect(words(never)).toContain('No strategy reaches 99.0 % test accuracy with every seed.')
  expect(words(renderSimulationReport({ ...meadow, curves: [] }))).toContain('Nothing simulated yet.')
})

test('a deviation has no more decimals than its mean', () => {
  // 10 and 10.05: a mean of 10.025, a deviation of 0.035.
  const curves = [rising('margin', 1, 100), rising('margin', 2, 100.5)]
  expect(words(renderSimulationReport({ ...meadow, curves, metric: 'poolAccuracy', targets: [0.1] }))).toMatch(
    /margin 10\.0[23] ± 0\.04 /,
  )
})

test('every metric that was measured has its chart, the one of the targets first', () => {
  const sections = (data: SimulationReportData): string[] =>
    Array.from(renderSimulationReport(data).matchAll(/<section id="(\w+)"/g), (match) => match[1]!)
  expect(sections({ ...meadow, metric: 'balancedPoolAccuracy' })).toEqual([
    'strategies',
    'balancedPoolAccuracy',
    'testAccuracy',
    'poolAccuracy',
    'settings',
    'reading',
  ])
  expect(sections({ ...meadow, curves: [], settings: [] })).toEqual(['reading'])
})

test('several seeds have bands, one has none', () => {
  expect(renderSimulationReport(meadow)).toContain('<path class="band s0"')
  const one = renderSimulationReport({ ...meadow, curves: meadow.curves.filter(({ seed }) => seed === 1) })
  expect(one).not.toContain('<path class="band')
  expect(words(one)).not.toContain('Student’s t.')
})

test('twelve strategies look different, and more have their own strokes', () => {
  const curves = Array.from({ length: 24 }, (_, i) => rising(`strategy ${i}`, 1, 50 + i))
  const page = renderSimulationReport({ ...meadow, curves })
  const tones = Array.from(page.matchAll(/<path class="line (s[^"]+)" d="M2 4H26"/g), (match) => match[1])
  expect(new Set(tones).size).toBe(24)
})

test('hostile names stay text', () => {
  const tagsOf = (page: string): string[] => page.match(/<[^>]*>/g)!.map((tag) => tag.replace(/"[^"]*"/g, '""'))
  const poisoned = (evil: string): SimulationReportData => ({
    ...meadow,
    title: evil,
    currency: evil,
    reference: `margin${evil}`,
    curves: meadow.curves.map((curve) => ({ ...curve, strategy: curve.strategy + evil })),
    settings: [{ name: evil, value: evil }],
  })
  const harmless = new Set(tagsOf(renderSimulationReport(poisoned('x'))))
  for (const evil of [
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(1)</script>',
    '" onmouseover="alert(1)',
    '</title></svg><iframe src=//example.org>',
    '<!--',
  ]) {
    const page = renderSimulationReport(poisoned(evil))
    expect(new Set(tagsOf(page))).toEqual(harmless)
    expect(page).not.toContain(evil)
  }
})

test('the page loads nothing, runs nothing and forbids both', () => {
  const page = renderSimulationReport(meadow)
  expect(page).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline';`)
  expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(|https?:|\son\w+=/i)
})

const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }))
const point = fc.record({
  spent: fc.double({ min: 0, max: 1e6, noNaN: true }),
  answers: fc.constant({}),
  poolAccuracy: fc.double({ min: 0, max: 1, noNaN: true }),
  balancedPoolAccuracy: fc.double({ min: 0, max: 1, noNaN: true }),
  testAccuracy: share,
  balancedAccuracy: share,
  macroF1: share,
})
const anyCurve: fc.Arbitrary<SimulatedCurve> = fc.record({
  strategy: fc.constantFrom('a', 'b', ''),
  seed: fc.nat(3),
  points: fc.array(point, { maxLength: 4 }).map((points) => points.toSorted((a, b) => a.spent - b.spent)),
})

test('whatever was measured, the page never shows what is no number', () => {
  fc.assert(
    fc.property(
      fc.array(anyCurve, { maxLength: 5 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
      fc.constantFrom(null, 'a', 'c'),
      (curves, targets, reference) => {
        const page = renderSimulationReport({ ...meadow, curves, targets, reference })
        expect(page.match(/.*(NaN|Infinity|∞|undefined|\[object).*/)).toBeNull()
      },
    ),
    { seed: 1, numRuns: 25 },
  )
})
