import type { Match } from './reading.ts'

/** A class by its place in the vocabulary, and how its name was matched. */
export interface Found {
  readonly index: number
  readonly match: Match
}
