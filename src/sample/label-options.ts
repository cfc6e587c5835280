import { foldName } from '../core/taxonomy.ts'
import { familyOf, species } from './species.ts'

/**
 * The options of a JSON schema: the strings of every `enum` at or below a property named `label`.
 */
export function optionsOfSchema(schema: unknown): string[] {
  return [...new Set(enumsBelow(schema, false))]
}

/** The options of a prompt: what its lines beginning with `- ` name, up to a colon, dash or bracket that begins an explanation. */
export function optionsOfPrompt(prompt: string): string[] {
  const lines = prompt.split('\n').filter((line) => line.startsWith('- '))
  return [
    ...new Set(
      lines.map((line) =>
        line
          .slice(2)
          .split(/:| – | — | - | \(/)[0]!
          .trim(),
      ),
    ),
  ]
}

/**
 * Scores options, each a family or a species in any spelling: a species has its probability, a family the sum of its species',
 * anything else null, for unknown.
 *
 * @param probs - Probability of each species, shape `[species.length]`.
 */
export function scoreOptions(options: readonly string[], probs: Float32Array): (number | null)[] {
  const known = new Map<string, number>()
  species.forEach(({ name }, k) => {
    const family = foldName(familyOf[k]!.name)
    known.set(foldName(name), probs[k]!)
    known.set(family, (known.get(family) ?? 0) + probs[k]!)
  })
  return options.map((option) => known.get(foldName(option)) ?? null)
}

function enumsBelow(node: unknown, isLabel: boolean): string[] {
  if (Array.isArray(node)) return node.flatMap((child) => enumsBelow(child, isLabel))
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, child]: [string, unknown]) => {
    if (isLabel && key === 'enum' && Array.isArray(child)) return child.filter((value) => typeof value === 'string')
    return enumsBelow(child, isLabel || key === 'label')
  })
}
