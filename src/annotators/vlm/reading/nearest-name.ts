import { similarity } from './edit-distance.ts'
import type { Found } from './reading.ts'

const leastSimilarity = 0.85
/** By how much the second class must be less similar than the first. */
const leastGap = 0.05
const shortestNumber = 3

interface Shape {
  readonly folded: string
  readonly squashed: string
  readonly initials: string
  readonly numbers: string
}

/**
 * Makes the finder of the one class that a folded name may be a misspelling of.
 *
 * Numbers are never misspelled: `737-200` is not nearly `737-300`. Only where all names like it lie below one class is it that class.
 * First letters are not, either: `untreated` is not nearly `treated`. A number alone stands for the one name that has it (`717` for
 * `Boeing 717`), and spaces may be anywhere (`sea horse`).
 */
export function makeNearestFinder(
  spellings: ReadonlyMap<string, Found | null>,
): (folded: string) => number | undefined {
  const known = Array.from(spellings, ([folded, found]) => ({ ...shapeOf(folded), found }))
  return (folded) => {
    const said = shapeOf(folded)
    const closest = new Map<number, number>()
    for (const { found, ...shape } of known) {
      if (!found || (found.match !== 'finer' && shape.numbers !== said.numbers)) continue
      const closeness = closenessOf(said, shape)
      if (closeness >= leastSimilarity) closest.set(found.index, Math.max(closeness, closest.get(found.index) ?? 0))
    }
    const [first, second] = [...closest].toSorted(([, a], [, b]) => b - a)
    return first && first[1] - (second?.[1] ?? 0) >= leastGap ? first[0] : undefined
  }
}

function shapeOf(folded: string): Shape {
  return {
    folded,
    squashed: folded.replaceAll(' ', ''),
    initials: (folded.match(/(?<![^ ])\p{L}/gu) ?? []).join(''),
    numbers: (folded.match(/\p{N}+/gu) ?? []).join(' '),
  }
}

function closenessOf(said: Shape, name: Shape): number {
  if (said.squashed === name.squashed) return 1
  const isNumber = said.numbers !== '' && said.folded.length >= shortestNumber
  if (isNumber && ` ${name.folded} `.includes(` ${said.folded} `)) return 1
  if (said.initials !== name.initials) return 0
  const [short, long] = [said.folded.length, name.folded.length].toSorted((a, b) => a - b)
  return short! >= leastSimilarity * long! ? similarity(said.folded, name.folded) : 0
}
