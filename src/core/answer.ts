/**
 * What an annotator said. Labels are class names of the taxonomy; what a model says outside it is kept, never guessed at.
 *
 * - `label`: one class of the asked level; `alternatives` are further guesses, best first.
 * - `distribution`: a probability for some classes of the asked level.
 * - `labels`: the labels found present (`select`).
 * - `verdict`: is the shown label right (`verify`)?
 * - `outside`: the answer names no class of the taxonomy.
 * - `abstain`: no answer, and why.
 */
export type Answer =
  | { readonly kind: 'label'; readonly label: string; readonly alternatives?: readonly string[] }
  | { readonly kind: 'distribution'; readonly probabilities: Readonly<Record<string, number>> }
  | { readonly kind: 'labels'; readonly labels: readonly string[] }
  | { readonly kind: 'verdict'; readonly approved: boolean }
  | { readonly kind: 'outside'; readonly said: string }
  | { readonly kind: 'abstain'; readonly reason: string }

/** An answer as an annotator hands it over, with what it cost and how long it took (null: unknown). */
export interface Reply {
  readonly answer: Answer
  /** In millionths of the campaign's currency. */
  readonly cost: number
  readonly seconds: number | null
}
