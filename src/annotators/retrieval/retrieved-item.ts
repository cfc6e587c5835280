/** An item of an open dataset, labelled with the class that its caption names. */
export interface RetrievedItem {
  readonly id: string
  /** A path or an address, as the index has it. */
  readonly source: string
  readonly caption: string
  /** Index of the fine class. */
  readonly label: number
  /** Cosine of its embedding and the class's prototype, in `[-1, 1]`; null where there is no embedding. */
  readonly similarity: number | null
  /** Which file of the index, and which row of it, from 0. */
  readonly file: number
  readonly row: number
}
