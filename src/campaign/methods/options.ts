import type { Uncertainty } from '../../strategies/iso/uncertainty.ts'

/** How `strategy: iso` goes about it; see `docs/methods/iso.md`. */
export interface IsoOptions {
  /** The weak annotator's transition matrix: `smoothed`; `plain`, counts alone, as the authors have it; or `none`, its answers are taken as they are. Default `smoothed`. */
  readonly matrix?: 'smoothed' | 'plain' | 'none'
  /** Count the matrix anew each round, or keep that of the random start. Default true. */
  readonly refresh?: boolean
  /** Who labels what: by value and cost; `fixed-ratio` at a fixed share of the money; `apfwa`, a share by estimated gains, random items. Default `iso`. */
  readonly choice?: 'iso' | 'fixed-ratio' | 'apfwa'
  /** The weak annotator's share of the money where the ratio is fixed. Default 0.5. */
  readonly weakShare?: number
  /** Default `margin`. */
  readonly uncertainty?: Uncertainty
  /** Default: the untrusted one with the coarsest level, the cheapest of these. */
  readonly annotator?: string
}

/** How `strategy: prior` goes about it; see `docs/methods/prior.md`. */
export interface PriorOptions {
  /** Share of the open items among which people are asked; the others keep what the foundation model said. In `(0, 1]`. Default 0.5. */
  readonly rho?: number
  /** The foundation model. Default: the untrusted one with the finest level, the cheapest of these. */
  readonly annotator?: string
  /** How much an item with a pseudo-label counts beside one with a person's label, in `[0, 1]`; with the guard, at most. Default 1. */
  readonly pseudoWeight?: number
  /** Take pseudo-labels only as far as people's labels bear them out, and have people check some. Default true. */
  readonly guard?: boolean
  /**
   * How its answers become probabilities: `channel`, by how often people gave which class where it said this; `smoothed`, as if it were right
   * at a rate of `1 - smoothing`; `stated`, by the distribution that it states, and smoothed where it states none. Default `channel`.
   */
  readonly foundation?: 'channel' | 'smoothed' | 'stated'
  /** Probability that is left to all other classes where answers are smoothed, in `(0, 1)`. Default 0.1. */
  readonly smoothing?: number
  /** Cool or warm both models until people's labels are likeliest, before they are multiplied. Default false. */
  readonly temperature?: boolean
  /** Teach the small model as if every class had equally many items. Default false. */
  readonly classWeights?: boolean
}
