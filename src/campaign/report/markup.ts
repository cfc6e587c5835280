import { html as honoHtml, raw } from 'hono/html'

/** HTML or SVG that is safe to write as it is. Only {@link html} and {@link trusted} make it. */
export interface Markup {
  readonly isEscaped: true
  toString(): string
}

/** What may stand in a template: texts are escaped, null and booleans vanish, lists are joined. */
export type Content = string | number | boolean | null | Markup | readonly Content[]

/** Template of HTML or SVG in which every text is escaped, in attributes too (they must be quoted). */
export const html: (strings: TemplateStringsArray, ...values: readonly Content[]) => Markup =
  // Hono's helper returns a promise only where a value is one, and `Content` is none.
  honoHtml as unknown as (strings: TemplateStringsArray, ...values: readonly Content[]) => Markup

/** Marks text of our own making (a style sheet, path data) as safe. Never for anything that came from outside. */
export function trusted(text: string): Markup {
  return raw(text) as unknown as Markup
}

/** Cuts a text at a number of characters, with an ellipsis. */
export function clip(text: string, limit: number): string {
  // Code points, so that no half of a surrogate pair is left; cut first, because the text may be a whole book.
  const points = Array.from(text.slice(0, 2 * limit + 2))
  return points.length > limit ? `${points.slice(0, limit - 1).join('')}…` : text
}
