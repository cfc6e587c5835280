import { expect, test } from 'vitest'
import { makeRng } from '../core/rng.ts'
import { drawCaption } from './captions.ts'
import { familyOf, species } from './species.ts'

/** The species that a caption names, in its order. */
function namedIn(caption: string): number[] {
  const text = caption.toLowerCase().replaceAll('-', ' ')
  const at = (k: number): number => text.indexOf(species[k]!.name.replaceAll('-', ' '))
  const named = [...species.keys()].filter((k) => at(k) >= 0).toSorted((a, b) => at(a) - at(b))
  return named.filter((k) => !named.some((other) => other !== k && species[other]!.name.endsWith(species[k]!.name)))
}

test('captions name their species, another of the family as often as wanted, several or none now and then', () => {
  const rng = makeRng(1, 'captions')
  const n = 4000
  const counts = { right: 0, wrong: 0, several: 0, none: 0 }
  for (let i = 0; i < n; i++) {
    const truth = i % species.length
    const named = namedIn(drawCaption(truth, 0.2, rng))
    for (const k of named) expect(familyOf[k]).toBe(familyOf[truth])
    if (named.length === 0) counts.none++
    else if (named.length > 1) counts.several++
    else if (named[0] === truth) counts.right++
    else counts.wrong++
  }
  // Of each: 0.85 · 0.8, 0.85 · 0.2, 0.05 (less where both are one), 0.1; within 3 standard deviations.
  expect(counts.right / n).toBeCloseTo(0.68, 1)
  expect(counts.wrong / n).toBeCloseTo(0.17, 1)
  expect(counts.none / n).toBeCloseTo(0.1, 1)
  expect(counts.several / n).toBeGreaterThan(0.03)
})
