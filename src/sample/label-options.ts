import { foldName } from '../core/taxonomy.ts'
import { familyOf, species } from './species.ts'

/** The options of a JSON schema: the strings of every `enum` at or below a property of this name. */
export function optionsOfSchema(schema: unknown, property: string): string[] {
  return [...new Set(enumsBelow(schema, property, false))]
}

/** The options of a prompt: what its lines beginning with `- ` name, up to a colon, dash or bracket that begins an explanation. */
export function optionsOfPrompt(prompt: string): string[] {
  return [...new Set(Array.from(prompt.matchAll(/^- (.*)$/gm), ([, line]) => withoutExplanation(line!)))]
}

/** The options of a prompt that has a letter for each, as in `A) moth`; by letter. */
export function codesOfPrompt(prompt: string): Map<string, string> {
  return new Map(
    Array.from(prompt.matchAll(/^([A-Z])\) (.*)$/gm), ([, code, line]) => [code!, withoutExplanation(line!)]),
  )
}

/** The family or species that the last line with any names first, the longest name where several begin there; null where none does. */
export function lastNameIn(prompt: string): string | null {
  for (const line of prompt.split('\n').toReversed()) {
    const words = ` ${foldName(line)} `
    const found = knownNames.filter((name) => words.includes(` ${name} `))
    const at = (name: string): number => words.indexOf(` ${name} `)
    const [first] = found.toSorted((a, b) => at(a) - at(b) || b.length - a.length)
    if (first !== undefined) return first
  }
  return null
}

/**
 * Scores options, each a family or a species in any spelling: a species has its probability, a family the sum of its species'; a way
 * out ("none of these") has what the others leave; anything else null, for unknown.
 *
 * @param probs - Probability of each species, shape `[species.length]`.
 */
export function scoreOptions(options: readonly string[], probs: Float32Array): (number | null)[] {
  const known = new Map<string, number>()
  species.forEach(({ name }, k) => {
    const family = foldName(familyOf[k]!.name)
    known.set(foldName(name), probs[k]!)
    known.set(family, Math.min(1, (known.get(family) ?? 0) + probs[k]!))
  })
  const scores = options.map((option) => known.get(foldName(option)) ?? null)
  const left = Math.max(0, 1 - scores.reduce<number>((sum, score) => sum + (score ?? 0), 0))
  return scores.map(
    (score, i) => score ?? (/^none( of (these|the above|them))?$/.test(foldName(options[i]!)) ? left : null),
  )
}

const knownNames = [...new Set([...species, ...familyOf].map(({ name }) => foldName(name)))]

function withoutExplanation(line: string): string {
  return line.split(/:| – | — | - | \(/)[0]!.trim()
}

function enumsBelow(node: unknown, property: string, inside: boolean): string[] {
  if (Array.isArray(node)) return node.flatMap((child) => enumsBelow(child, property, inside))
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, child]: [string, unknown]) => {
    if (inside && key === 'enum' && Array.isArray(child)) return child.filter((value) => typeof value === 'string')
    return enumsBelow(child, property, inside || key === property)
  })
}
