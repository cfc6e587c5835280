/** Where the lower floors take the time from. */
export interface Clock {
  /** Milliseconds since 1970, as of `Date.now`. */
  now(): number
}
