/**
 * What an annotator said. Labels are class names of the taxonomy; what a model says outside it is kept, never guessed at.
 *
 * - `label`: one class of the asked level; `alternatives` are further guesses, best first.
 * - `distribution`: a probability for some classes of the asked level.
 * - `labels`: the labels found present (`select`); `outside` are names that were not among those asked about.
 * - `verdict`: is the shown label right (`verify`)?
 * - `outside`: the answer names no class of the taxonomy.
 * - `abstain`: no answer, and why.
 *
 * `confidence` is what the annotator makes of its own answer, in `[0, 1]`; never calibrated here.
 */
export type Answer =
  | {
      readonly kind: 'label'
      readonly label: string
      readonly alternatives?: readonly string[]
      readonly confidence?: number
    }
  | { readonly kind: 'distribution'; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly kind: 'labels'; readonly labels: readonly string[]; readonly outside?: readonly string[] }
  | { readonly kind: 'verdict'; readonly approved: boolean; readonly confidence?: number }
  | { readonly kind: 'outside'; readonly said: string }
  | { readonly kind: 'abstain'; readonly reason: string }

/** An answer as an annotator hands it over, with what it cost and how long it took (null: unknown). */
export interface Reply {
  readonly answer: Answer
  /** In millionths of the campaign's currency. */
  readonly cost: number
  readonly seconds: number | null
  /** Where a model was asked. */
  readonly how?: Provenance
}

/** How a model's answer came about; kept beside it in the ledger. */
export interface Provenance {
  /** Hash of everything about the asking that is alike for all items: model, wording and its version, options, sampling. */
  readonly prompt: string
  /** By which rule the answer was found in the reply. */
  readonly rule: string
  /** Requests behind this one answer. */
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Tries that ended without a reply after they were sent: the provider may have billed them, nobody knows. */
  readonly lostTries?: number
}
