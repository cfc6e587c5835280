import type { ImmediateAnnotator } from '../../src/annotators/annotator.ts'
import type { Item } from '../../src/core/item.ts'
import type { Taxonomy } from '../../src/core/taxonomy.ts'
import type { Matrix } from '../../src/tensor/matrix.ts'

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
  /** How good a head is on the test items: rare classes count as much as others, or as much as they occur there. */
  readonly score: 'accuracy' | 'balancedAccuracy'
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
}
