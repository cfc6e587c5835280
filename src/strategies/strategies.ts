import { alfaMix } from './alfa-mix.ts'
import { badge } from './badge.ts'
import { bald } from './bald.ts'
import { clusterMargin } from './cluster-margin.ts'
import { coreSet } from './core-set.ts'
import { direct } from './direct.ts'
import { entropy } from './entropy.ts'
import { galaxy } from './galaxy.ts'
import { leastConfidence } from './least-confidence.ts'
import { logo } from './logo.ts'
import { margin } from './margin.ts'
import { pcb } from './pcb.ts'
import { probCover } from './prob-cover.ts'
import { qbc } from './qbc.ts'
import type { QueryStrategy } from './query-strategy.ts'
import { random } from './random.ts'
import { subsample } from './subsample.ts'
import { tailFirst } from './tail-first.ts'
import { typiClust } from './typiclust.ts'

/** Every strategy that `labelwright.yaml` may name, and what it asks about, in one line. */
const words = {
  information: 'whom to ask what about which item: most labels set right per money',
  margin: 'the smallest gap between the two likeliest classes',
  entropy: 'the most undecided over all classes',
  random: 'any, all equally likely',
  'least-confidence': 'the least sure of the likeliest class',
  bald: 'where models taught by resampled labels are sure, and differ',
  qbc: 'where the votes of models taught by resampled labels differ',
  coreset: 'the farthest from everything labelled or chosen',
  badge: 'undecided and far from each other',
  'cluster-margin': 'small gaps, from different clusters',
  typiclust: 'the most typical of clusters without labels: for the first labels',
  probcover: 'whatever has most neighbours that nothing labelled is near: for the first labels',
  galaxy: 'where labels change along the line of one class: for rare classes',
  direct: 'around the best threshold of each class: for rare classes and wrong labels',
  'tail-first': 'the least sure of the class with the fewest labels, open data included: for long tails',
  pcb: 'of those that badge would take, equally many of each class: for rare classes',
  logo: 'one of each cluster, the most undecided',
  iso: 'a model about coarse classes, or people: most improvement per money, far apart',
  prior: 'people where a foundation model is in doubt, its labels elsewhere: for rare classes',
  'alfa-mix': 'whose class flips when mixed with features of another class',
} as const

export type StrategyName = keyof typeof words

/** What each strategy asks about, in one line. */
export const strategyWords: Readonly<Record<StrategyName, string>> = words

/** The names, the default first. */
export const strategyNames: readonly StrategyName[] = Object.keys(words) as StrategyName[]

export type RankingName = Exclude<StrategyName, 'information' | 'iso' | 'prior'>

/** Whether a strategy ranks items for people, and leaves what is believed to any learner. */
export function isRanking(name: StrategyName): name is RankingName {
  return name in queryStrategies
}

/** The strategies that rank items for one annotator; the others, `src/campaign/methods`, also choose the annotator and the question. */
export const queryStrategies: Readonly<Record<RankingName, QueryStrategy>> = {
  random,
  entropy,
  margin,
  'least-confidence': leastConfidence,
  bald,
  qbc,
  coreset: coreSet,
  badge,
  'cluster-margin': clusterMargin,
  typiclust: typiClust,
  probcover: probCover,
  galaxy,
  direct,
  'alfa-mix': alfaMix,
  'tail-first': tailFirst,
  pcb,
  logo,
}

/** They read each candidate once, and do the rest on a few. */
const forAnyPool: ReadonlySet<RankingName> = new Set<RankingName>([
  'random',
  'entropy',
  'margin',
  'least-confidence',
  'cluster-margin',
  'tail-first',
])

/** The others see at most so many candidates, which keeps a batch to seconds and a few hundred megabytes. */
const mostCandidates = 100_000

/** The strategy as a campaign uses it: on large pools, those that are heavy see a random sample, see {@link subsample}. */
export function strategyForPools(name: RankingName): QueryStrategy {
  return forAnyPool.has(name) ? queryStrategies[name] : subsample(queryStrategies[name], mostCandidates)
}
