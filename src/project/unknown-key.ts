import { foldName } from '../core/taxonomy.ts'

const secretNames = /(key|token|secret|password|authorization)$/

/** What to do about a key that nobody knows. */
export function adviseOnKey(key: string, known: readonly string[]): string {
  if (known.includes('apiKeyEnv') && secretNames.test(folded(key))) {
    return 'keys and passwords must not stand in this file; put the key into an environment variable and write its name, e.g. apiKeyEnv: OPENAI_API_KEY'
  }
  const nearest = nearestOf(key, known)
  return nearest === undefined ? `the keys here are ${known.join(', ')}` : `did you mean "${nearest}"?`
}

function nearestOf(key: string, known: readonly string[]): string | undefined {
  const furthest = Math.ceil(key.length / 3)
  const distances = known.map((name) => editDistance(folded(key), folded(name)))
  const least = Math.min(...distances)
  return least <= furthest ? known[distances.indexOf(least)] : undefined
}

function folded(key: string): string {
  return foldName(key.slice(0, 100)).replaceAll(' ', '')
}

/** How many letters must be added, dropped or changed to make one text of the other (Levenshtein, 1966). */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const line = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      line.push(Math.min(changed, above[j]! + 1, line[j - 1]! + 1))
    }
    above = line
  }
  return above[b.length]!
}
