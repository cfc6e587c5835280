/**
 * What is asked about one item.
 *
 * - `classify`: which class of this level of the taxonomy?
 * - `select`: which of these labels are present?
 * - `verify`: is this label right?
 */
export type Question =
  | { readonly kind: 'classify'; readonly level: string }
  | { readonly kind: 'select'; readonly labels: readonly string[] }
  | { readonly kind: 'verify'; readonly label: string }

/** A text that is equal exactly for equal questions; the ledger's key of a question. */
export function questionKey(question: Question): string {
  switch (question.kind) {
    case 'classify':
      return `classify:${question.level}`
    case 'select':
      return `select:${JSON.stringify(question.labels)}`
    case 'verify':
      return `verify:${question.label}`
  }
}
