import type { ClassSpec } from '../core/taxonomy.ts'
import { bee } from './families/bee.ts'
import { beetle } from './families/beetle.ts'
import { butterfly } from './families/butterfly.ts'
import { dragonfly } from './families/dragonfly.ts'
import { grasshopper } from './families/grasshopper.ts'
import { ladybird } from './families/ladybird.ts'
import { moth } from './families/moth.ts'
import { spider } from './families/spider.ts'
import type { Family, Species } from './family.ts'

/** The meadow's 8 families: told apart by body shape, which is easy. */
export const families: readonly Family[] = [beetle, butterfly, ladybird, dragonfly, bee, moth, grasshopper, spider]

/** The meadow's 40 species, family by family: told apart by marks and hues, which is hard. */
export const species: readonly Species[] = families.flatMap((family) => family.species)

/** The family of each of the {@link species}. */
export const familyOf: readonly Family[] = families.flatMap((family) => family.species.map(() => family))

/** The names of the two levels of {@link meadowClasses}. */
export const meadowLevels: readonly string[] = ['family', 'species']

/** The meadow's class tree. */
export const meadowClasses: readonly ClassSpec[] = families.map(({ name, description, species: members }) => ({
  name,
  description,
  classes: members.map((member) => ({ name: member.name, description: member.description })),
}))
