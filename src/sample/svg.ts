import { css, type Hsl } from './colour.ts'

/** A point or a pair of radii, in the units of the surrounding group. */
export type Pair = readonly [x: number, y: number]

/** Attributes of a filled shape. */
export function fill(colour: Hsl, opacity = 1): string {
  return `fill="${css(colour)}" fill-opacity="${opacity}"`
}

/** Attributes of a line with round ends. */
export function stroke(colour: Hsl, width: number, opacity = 1): string {
  return `fill="none" stroke="${css(colour)}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linecap="round" stroke-linejoin="round"`
}

/** An ellipse, upright in its group. */
export function ellipse([x, y]: Pair, [rx, ry]: Pair, paint: string): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" ${paint}/>`
}

/** A path from its commands. */
export function path(commands: string, paint: string): string {
  return `<path d="${commands}" ${paint}/>`
}

/** A group moved, turned or scaled. */
export function group(transform: string, ...fragments: readonly string[]): string {
  return `<g transform="${transform}">${fragments.join('')}</g>`
}

/** The fragments and their mirror image at the vertical axis: an animal's right and left side. */
export function mirrored(...fragments: readonly string[]): string {
  return fragments.join('') + group('scale(-1,1)', ...fragments)
}

/** A shape that looks round: light from above, darker at its rim. Needs {@link shading} in the picture. */
export function dome(centre: Pair, radii: Pair, colour: Hsl): string {
  return ellipse(centre, radii, fill(colour)) + ellipse(centre, radii, 'fill="url(#dome)"')
}

/** Fuzz around an ellipse: short hairs drawn as a dashed rim. */
export function fuzz(centre: Pair, radii: Pair, colour: Hsl): string {
  return ellipse(centre, radii, `${stroke(colour, 4.5)} stroke-dasharray="0.4 1.9"`)
}

/** The gradients that the animals share; once in every picture. They scale with the shape they fill. */
export const shading: string =
  '<defs>' +
  '<radialGradient id="dome" cx="0.4" cy="0.32" r="0.72"><stop offset="0" stop-color="#fff" stop-opacity="0.42"/>' +
  '<stop offset="0.35" stop-color="#fff" stop-opacity="0.08"/><stop offset="0.62" stop-color="#000" stop-opacity="0"/>' +
  '<stop offset="1" stop-color="#000" stop-opacity="0.42"/></radialGradient>' +
  '<radialGradient id="shadow"><stop offset="0.3" stop-color="#000" stop-opacity="0.42"/>' +
  '<stop offset="1" stop-color="#000" stop-opacity="0"/></radialGradient>' +
  '<radialGradient id="sun"><stop offset="0" stop-color="#fff6d8" stop-opacity="0.5"/>' +
  '<stop offset="1" stop-color="#fff6d8" stop-opacity="0"/></radialGradient>' +
  '</defs>'
