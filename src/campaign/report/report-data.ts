/**
 * Everything the report shows. Money is in amounts of the currency (not micros), accuracies, probabilities and weights are shares in `[0, 1]`.
 *
 * Names, texts and replies may be hostile; they are escaped where they are written. Values that are not finite are shown as a dash.
 */
export interface ReportData {
  readonly title: string
  /** E.g. `EUR` or `units`. */
  readonly currency: string
  /** What the items are, in the plural: `pictures`, `texts`, `items`. */
  readonly noun: string
  readonly summary: ReportSummary
  /** One point per round, in order. */
  readonly curve: readonly CurvePoint[]
  /** What the same money buys otherwise, e.g. `people alone (margin)`; points by rising `spent`. */
  readonly references: readonly Reference[]
  readonly spend: readonly AnnotatorSpend[]
  readonly channels: readonly ReportChannel[]
  /** Least certain first. */
  readonly uncertain: readonly UncertainItem[]
  readonly certificate: ReportCertificate | null
  /** How often each class is a final label, in any order. */
  readonly classes: readonly ClassCount[]
  readonly quarantined: readonly { readonly where: string; readonly why: string }[]
}

/** The campaign in numbers. `trueAccuracy` is null outside simulations, `peopleAloneCost` where no person has a price. */
export interface ReportSummary {
  /** Items with a label; those in quarantine are not among them. */
  readonly items: number
  readonly quarantined: number
  /** Items whose label a person gave. */
  readonly byPeople: number
  readonly rounds: number
  readonly spent: number
  readonly budget: number | null
  readonly expectedAccuracy: number
  readonly trueAccuracy: number | null
  /** In a few words that follow "stopped:", e.g. `the target is certified`. */
  readonly stopReason: string
  readonly strategy: string
  readonly peopleAloneCost: number | null
}

/** Where the campaign stood after a round. */
export interface CurvePoint {
  readonly round: number
  readonly spent: number
  readonly expectedAccuracy: number
  readonly trueAccuracy: number | null
}

/** Another way to spend the money. */
export interface Reference {
  readonly name: string
  readonly points: readonly { readonly spent: number; readonly accuracy: number }[]
}

/** Who was paid what; `byRound` sums to `amount`. */
export interface AnnotatorSpend {
  readonly annotator: string
  readonly amount: number
  readonly answers: number
  /** How many of them name no class, or are none. Default 0. */
  readonly unusable?: number
  /** Those of them that say yes or no to a class, and what they cost. Default none. */
  readonly verdicts?: { readonly answers: number; readonly amount: number }
  readonly byRound: readonly number[]
}

/** How an annotator errs: `probabilities[i][j] = P(said[j] | truth[i])`. */
export interface ReportChannel {
  readonly annotator: string
  readonly level: string
  readonly truth: readonly string[]
  /** The last ones may be `outside` and `abstained`. */
  readonly said: readonly string[]
  readonly probabilities: readonly (readonly number[])[]
  /** The earned weight of its answers. */
  readonly weight: number
  /** Trusted items that it was asked about and that were drawn at random. */
  readonly overlap: number
  /** Share of right answers on those; nothing is known where there are none. */
  readonly agreement: number
}

/** An item the campaign is unsure of. `picture` is a data URI. */
export interface UncertainItem {
  readonly id: string
  readonly picture: string | null
  readonly text: string | null
  /** Best first. */
  readonly guesses: readonly { readonly label: string; readonly probability: number }[]
  readonly answers: readonly { readonly annotator: string; readonly said: string }[]
}

/** What a random audit of the items not labelled by people showed. `lower` bounds the accuracy of all labels from below. */
export interface ReportCertificate {
  readonly statement: string
  readonly lower: number
  readonly confidence: number
  readonly audited: number
  readonly right: number
  /** Items that no person had labelled, from which the audit was drawn. */
  readonly population: number
  readonly target: number | null
  /** Whether `lower` reaches `target`; null without a target. */
  readonly met: boolean | null
}

/** One class among the final labels. */
export interface ClassCount {
  readonly label: string
  readonly count: number
  readonly byPeople: number
}
