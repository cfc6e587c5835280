import type { Rng } from '../core/rng.ts'
import { familyOf, species } from './species.ts'

const one = <T>(choices: readonly T[], rng: Rng): T => choices[rng.below(choices.length)]!

const plain: readonly ((name: string) => string)[] = [
  (name) => `${name}, macro photo`,
  (name) => `A ${name.toUpperCase()} on a leaf`,
  (name) => `Garden insects: the ${name.replaceAll(' ', '-')} (June)`,
  (name) => `free download ${name} wallpaper nature`,
]
const vague = ['what is this?', 'an insect in the grass', 'IMG_2041', 'summer meadow, close-up']

/**
 * What somebody wrote under a picture of a species. One in ten captions names nothing, one in twenty another species as well.
 *
 * @param wrong - The share of pictures that are taken for another species of the family, in `[0, 1]`.
 */
export function drawCaption(truth: number, wrong: number, rng: Rng): string {
  const alike = [...species.keys()].filter((k) => k !== truth && familyOf[k] === familyOf[truth])
  const name = species[rng.uniform() < wrong ? one(alike, rng) : truth]!.name
  const kind = rng.uniform()
  if (kind < 0.1) return one(vague, rng)
  if (kind < 0.15) return `${name}, not to be mixed up with ${species[one(alike, rng)]!.name}`
  return one(plain, rng)(name)
}
