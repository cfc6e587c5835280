/** How often one request was sent, and how often its completion was paid for. */
export interface BodyCount {
  requests: number
  billed: number
}

/** Counts requests by the hash of their body. */
export interface Tally {
  /** Of each distinct body, by the SHA-256 of its bytes in hex. */
  readonly bodies: ReadonlyMap<string, Readonly<BodyCount>>
  /** Counts a request; how often its body came before. */
  asked(body: string): number
  /** Counts a completion that was paid for. */
  paid(body: string): void
  readonly billed: () => number
  readonly billedTwice: () => number
}

/** A tally of nothing yet. */
export function makeTally(): Tally {
  const bodies = new Map<string, BodyCount>()
  const sum = (count: (body: BodyCount) => number): number =>
    Array.from(bodies.values(), count).reduce((total, one) => total + one, 0)
  return {
    bodies,
    asked: (body) => {
      const count = bodies.get(body) ?? { requests: 0, billed: 0 }
      bodies.set(body, count)
      return count.requests++
    },
    paid: (body) => {
      bodies.get(body)!.billed++
    },
    billed: () => sum(({ billed }) => billed),
    billedTwice: () => sum(({ billed }) => (billed > 1 ? 1 : 0)),
  }
}
