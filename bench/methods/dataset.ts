import type { ImmediateAnnotator } from '../../src/annotators/annotator.ts'
import type { SimulationMetric } from '../../src/campaign/simulation/curve.ts'
import type { Item } from '../../src/core/item.ts'
import type { Taxonomy } from '../../src/core/taxonomy.ts'
import type { Matrix } from '../../src/tensor/matrix.ts'
import type { CaptionedData } from './captioned.ts'

/** A campaign on real data whose truth is known. */
export interface Dataset {
  readonly name: string
  /** What the pool, the test, the people and the models are, in one sentence. */
  readonly description: string
  /** What it is read from, relative to the data's folder. */
  readonly files: readonly string[]
  /** In answers of a person, which cost 1. */
  readonly budget: number
  readonly start: number
  /** What campaigns are compared by. */
  readonly score: SimulationMetric
  readonly hasModels: boolean
  open(): Promise<OpenDataset>
}

export interface OpenDataset {
  readonly taxonomy: Taxonomy
  /** Every item carries its truth as the label `class`. */
  readonly items: readonly Item[]
  readonly truth: Int32Array
  /** Prepared along with those of the test items. */
  readonly features: Matrix
  readonly test: { readonly features: Matrix; readonly truth: Int32Array }
  /** Trusted, and independent of each other. */
  people(seed: number): ImmediateAnnotator[]
  /** Untrusted; they say the same in every campaign. */
  readonly models: readonly ImmediateAnnotator[]
  /** Labelled items from elsewhere, prepared along with the others; their captions are written anew for each seed. Default none. */
  openData?(seed: number): Promise<CaptionedData>
}
