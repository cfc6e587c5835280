import type { Rng } from '../core/rng.ts'

/** A fine class: its name, what tells it from its relatives, and how one animal of it is drawn. */
export interface Species {
  readonly name: string
  readonly description: string
  /** One animal as an SVG fragment, head up, within 50 units of the origin; the chance is how animals differ. */
  readonly draw: (rng: Rng) => string
}

/** A coarse class: species that share a body shape. */
export interface Family {
  readonly name: string
  readonly description: string
  readonly species: readonly Species[]
}

/**
 * Makes a family from one body plan and the looks that the species give it.
 *
 * @param draw - Draws an animal of the given look.
 */
export function makeFamily<Look>(
  name: string,
  description: string,
  draw: (look: Look, rng: Rng) => string,
  looks: readonly { readonly name: string; readonly description: string; readonly look: Look }[],
): Family {
  const species = looks.map(({ look, ...named }) => ({ ...named, draw: (rng: Rng) => draw(look, rng) }))
  return { name, description, species }
}
