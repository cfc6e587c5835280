import { LabelwrightError } from './error.ts'

/** A class as a person writes it: a name, other spellings, one line on when it counts, and the finer classes below it. */
export interface ClassSpec {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly description?: string
  readonly classes?: readonly ClassSpec[]
}

/** One level of the tree, coarse to fine: its classes, and to which of them each fine class belongs. */
export interface TaxonomyLevel {
  readonly name: string
  readonly classes: readonly ClassSpec[]
  /** Shape `[k]`: for each fine class, the index of its class at this level. */
  readonly groupOf: Int32Array
}

/** A tree of classes. The leaves are the `k` fine classes; the last level is the leaves themselves. */
export interface Taxonomy {
  readonly k: number
  readonly levels: readonly TaxonomyLevel[]
}

/**
 * Builds a taxonomy from a list or tree of classes; a branch that ends early stands for itself at the finer levels.
 *
 * @param levelNames - Coarse to fine. Default: `class` for a list, `group`, `class` for two levels, `level1`… above.
 * @throws {@link LabelwrightError} `no-classes`, `duplicate-class` or `bad-levels`.
 * @example
 * ```ts
 * const taxonomy = makeTaxonomy([{ name: 'bee', classes: [{ name: 'honeybee' }, { name: 'bumblebee' }] }, { name: 'moth' }])
 * taxonomy.k // 3
 * ```
 */
export function makeTaxonomy(classes: readonly ClassSpec[], levelNames?: readonly string[]): Taxonomy {
  const paths = classes.flatMap((top) => leafPaths(top))
  if (paths.length === 0) {
    throw new LabelwrightError('no-classes', 'The list of classes is empty.', 'Name at least one class.')
  }
  const depth = Math.max(...paths.map((path) => path.length))
  const names = levelNames ?? defaultLevelNames(depth)
  if (names.length !== depth || new Set(names).size !== depth) {
    throw new LabelwrightError(
      'bad-levels',
      `The class tree has ${depth} levels but the level names are: ${names.join(', ')}.`,
      `Give ${depth} different names, coarse to fine.`,
    )
  }
  return { k: paths.length, levels: names.map((name, depthOfLevel) => makeLevel(name, depthOfLevel, paths)) }
}

function leafPaths(spec: ClassSpec): ClassSpec[][] {
  // A copy, so that one object in two places of the tree (a YAML anchor) is two classes of one name, not one class.
  const node = { ...spec }
  if (!node.classes?.length) return [[node]]
  return node.classes.flatMap((child) => leafPaths(child).map((path) => [node, ...path]))
}

function defaultLevelNames(depth: number): string[] {
  if (depth === 1) return ['class']
  if (depth === 2) return ['group', 'class']
  return Array.from({ length: depth }, (_, i) => `level${i + 1}`)
}

function makeLevel(name: string, depth: number, paths: readonly ClassSpec[][]): TaxonomyLevel {
  const nodes = paths.map((path) => path[Math.min(depth, path.length - 1)]!)
  const classes = [...new Set(nodes)]
  const spellings = new Map<string, ClassSpec>()
  for (const node of classes) {
    for (const spelling of new Set([node.name, ...(node.aliases ?? [])].map(ignoringCase))) {
      const other = spellings.get(spelling)
      if (other) {
        throw new LabelwrightError(
          'duplicate-class',
          `At level "${name}", the classes "${other.name}" and "${node.name}" are both called "${spelling}".`,
          'Rename one of them, or take the alias away.',
        )
      }
      spellings.set(spelling, node)
    }
  }
  return { name, classes, groupOf: Int32Array.from(nodes, (node) => classes.indexOf(node)) }
}

/** The level of fine classes. */
export function fineLevel(taxonomy: Taxonomy): TaxonomyLevel {
  return taxonomy.levels[taxonomy.levels.length - 1]!
}

/**
 * Finds a level by name.
 *
 * @throws {@link LabelwrightError} `unknown-level`.
 */
export function levelNamed(taxonomy: Taxonomy, name: string): TaxonomyLevel {
  const level = taxonomy.levels.find((candidate) => candidate.name === name)
  if (level) return level
  throw new LabelwrightError(
    'unknown-level',
    `The class tree has no level "${name}".`,
    `Its levels are: ${taxonomy.levels.map((candidate) => candidate.name).join(', ')}.`,
  )
}

function ignoringCase(name: string): string {
  return name.trim().toLowerCase()
}

/**
 * A spelling without case, accents, punctuation and spacing: `Basset_Hound` and `basset hound` are one name.
 *
 * Only the accents of Latin, Greek and Cyrillic go: the marks of other scripts are vowels and consonants of their own.
 */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
}

/**
 * Looks class names and aliases of one level up: ignoring case, else also accents and punctuation; -1 where there is none.
 * A folded spelling that two classes share (`C`, `C++`), or that is empty (`++`), names none.
 */
export function classIndex(level: TaxonomyLevel): (name: string) => number {
  const spelled = new Map<string, number>()
  const folded = new Map<string, number>()
  level.classes.forEach((node, index) => {
    for (const spelling of [node.name, ...(node.aliases ?? [])]) {
      spelled.set(ignoringCase(spelling), index)
      const key = foldName(spelling)
      if (key) folded.set(key, (folded.get(key) ?? index) === index ? index : -1)
    }
  })
  return (name) => spelled.get(ignoringCase(name)) ?? folded.get(foldName(name)) ?? -1
}

/** Looks up which fine classes are, or lie under, the class of a name; the finest level that knows the name decides. Empty where none does. */
export function classMembers({ k, levels }: Taxonomy): (name: string) => ReadonlySet<number> {
  const fromFinest = levels.map((level) => ({ groupOf: level.groupOf, indexOf: classIndex(level) })).reverse()
  const known = new Map<string, ReadonlySet<number>>()
  const find = (name: string): ReadonlySet<number> => {
    for (const { groupOf, indexOf } of fromFinest) {
      const index = indexOf(name)
      if (index >= 0) return new Set(Array.from({ length: k }, (_, y) => y).filter((y) => groupOf[y] === index))
    }
    return new Set()
  }
  return (name) => {
    if (!known.has(name)) known.set(name, find(name))
    return known.get(name)!
  }
}
