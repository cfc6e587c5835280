const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/**
 * Reads how long to wait: `2` (seconds), `34.07s`, `6m0s`, `20ms`, or a date as HTTP or RFC 3339 writes it.
 *
 * @param now - Milliseconds since 1970.
 * @returns Milliseconds, never negative; null where it says nothing of the kind.
 */
export function readPause(text: string | null | undefined, now: number): number | null {
  const given = text?.trim()
  if (!given) return null
  if (Number(given) >= 0) return Number(given) * 1000
  if (/^([\d.]+(ms|s|m|h))+$/.test(given)) {
    const parts = [...given.matchAll(/([\d.]+)(ms|s|m|h)/g)]
    return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit!]!, 0)
  }
  // oxlint-disable-next-line no-restricted-globals -- reads a date, not the clock
  const date = Date.parse(given)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
