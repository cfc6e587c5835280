import type { SimulationMetric } from '../curve.ts'

/** What a metric is called in a sentence, and what it is. */
export const metricWords: Readonly<Record<SimulationMetric, { readonly name: string; readonly meaning: string }>> = {
  testAccuracy: {
    name: 'test accuracy',
    meaning: 'The share of items outside the pool, which nobody is asked about, on which what was learned is right.',
  },
  balancedAccuracy: {
    name: 'balanced test accuracy',
    meaning: 'The mean over the classes of the share of their test items that are recognised: a rare class counts as much as a frequent one.', // prettier-ignore
  },
  macroF1: {
    name: 'macro-F1',
    meaning:
      'The mean over the classes of F1 on the test items: a rare class must be found, and not be seen everywhere.',
  },
  poolAccuracy: {
    name: 'pool accuracy',
    meaning: 'The share of right labels over the whole pool, those that people gave among them: what is exported.',
  },
  balancedPoolAccuracy: {
    name: 'balanced pool accuracy',
    meaning: 'The mean over the classes of the share of their items in the pool that have the right label.',
  },
}
