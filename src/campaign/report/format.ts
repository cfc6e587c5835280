const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const tiny = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 })
const tenths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** What stands where there is no number. */
export const dash = '–'

function written(format: Intl.NumberFormat, value: number, unit = ''): string {
  return Number.isFinite(value) ? format.format(value) + unit : dash
}

/** A whole number with thousands separated: `2,000`. */
export function count(n: number): string {
  return written(whole, n)
}

/** A number and its noun, which is given in the plural: `1 round`, `2,000 pictures`. */
export function counted(n: number, plural: string): string {
  return `${count(n)} ${n === 1 ? plural.replace(/s$/, '') : plural}`
}

/** An amount of money without its currency: whole where it is whole, else two decimals, two digits when tiny. */
export function amount(value: number): string {
  if (Number.isInteger(value)) return written(whole, value)
  return written(Math.abs(value) < 0.1 ? tiny : cents, value)
}

/** An amount of money: `212 units`, `1 unit`, `0.35 EUR`. */
export function money(value: number, currency: string): string {
  return `${amount(value)}\u00a0${value === 1 && currency === 'units' ? 'unit' : currency}`
}

/** A share as `95.3 %`. Only a whole is called 100.0 %, only nothing 0.0 %. */
export function percent(share: number): string {
  return written(tenths, share > 0 && share < 1 ? Math.min(99.9, Math.max(0.1, 100 * share)) : 100 * share, '\u00a0%')
}

/** A share as a {@link percent} that never says more than is known: rounded down, for lower bounds. */
export function percentAtLeast(share: number): string {
  return written(tenths, Math.floor(share * 1000) / 10, '\u00a0%')
}

/** A share as a whole percentage: `23 %`. */
export function roughPercent(share: number): string {
  return share > 0 && share < 0.005 ? '<1\u00a0%' : written(whole, 100 * share, '\u00a0%')
}

/** A coordinate or length for SVG and CSS: two decimals at most, 0 for what is no number. */
export function px(value: number): number {
  const rounded = Math.round(value * 100) / 100
  return Number.isFinite(rounded) ? rounded : 0
}

/** A part of a whole as a CSS width, `0%` to `100%`. */
export function width(part: number, of: number): string {
  return `${px(Math.min(100, Math.max(0, (100 * part) / of)))}%`
}
