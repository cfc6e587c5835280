import type { Rng } from '../core/rng.ts'

/** A colour as hue in degrees, saturation and lightness in percent. */
export type Hsl = readonly [hue: number, saturation: number, lightness: number]

/** The colour as SVG writes it. */
export function css([hue, saturation, lightness]: Hsl): string {
  return `hsl(${hue.toFixed(1)},${clampPercent(saturation)}%,${clampPercent(lightness)}%)`
}

/** The same hue, lighter (positive, in percentage points) or darker (negative). */
export function lighter([hue, saturation, lightness]: Hsl, by: number): Hsl {
  return [hue, saturation, lightness + by]
}

/** How two animals of one species differ: normal noise of 1 `spread` in each of hue, saturation and lightness. */
export function vary([hue, saturation, lightness]: Hsl, rng: Rng, spread = 4): Hsl {
  return [hue + rng.normal() * spread, saturation + rng.normal() * spread, lightness + rng.normal() * spread]
}

/** Nearly black, as most of the animals' legs and marks are. */
export const ink: Hsl = [250, 14, 13]

function clampPercent(value: number): string {
  return Math.min(100, Math.max(0, value)).toFixed(1)
}
