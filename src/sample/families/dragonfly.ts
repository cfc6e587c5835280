import type { Rng } from '../../core/rng.ts'
import { type Hsl, ink, lighter, vary } from '../colour.ts'
import { type Family, makeFamily } from '../family.ts'
import { dome, ellipse, fill, group, mirrored, path, stroke } from '../svg.ts'

interface Look {
  readonly colour: Hsl
  /** Dark rings around the tail. */
  readonly rings: number
  /** Where along the wing (0 root, 1 tip) a smoky patch lies; none for a clear wing. */
  readonly patch: number | null
}

const wing = 'M2 0 C14 -7 40 -8 49 -3 C53 0 50 5 44 6 C30 9 12 5 2 2 Z'

function draw(look: Look, rng: Rng): string {
  const colour = vary(look.colour, rng)
  const sweep = rng.normal() * 4
  const onePair = [
    path(wing, 'fill="#eef6fb" fill-opacity="0.62" stroke="#3a4650" stroke-width="0.9"'),
    path('M4 0 L46 1 M14 -4 L20 5 M24 -5.5 L30 6 M34 -6 L39 6', stroke([205, 20, 35], 0.6, 0.6)),
    look.patch === null ? '' : ellipse([8 + 38 * look.patch, 0], [5, 6], fill([28, 45, 20], 0.75)),
    ellipse([43, -4.2], [3, 1.2], fill(ink)),
  ]
  const rings = Array.from({ length: look.rings }, (_, i) => 4 + (40 / look.rings) * (i + 0.5))
  return [
    mirrored(
      group(`translate(2 -17) rotate(${-14 + sweep})`, ...onePair),
      group(`translate(2 -9) rotate(${14 + sweep})`, ...onePair),
    ),
    path('M0 -4 V44', stroke(lighter(colour, -14), 6.4)),
    path('M-0.6 -4 V44', stroke(lighter(colour, 6), 3.6)),
    ...rings.map((y) => path(`M-3 ${y} H3`, `${stroke(ink, 2.6)} style="stroke-linecap:butt"`)),
    dome([0, -14], [6.5, 10.5], colour),
    mirrored(dome([4.2, -27], [5, 5.4], lighter(colour, -16))),
  ].join('')
}

/** A needle of a body with four long glassy wings. */
export const dragonfly: Family = makeFamily('dragonfly', 'A needle-thin body with four long glassy wings.', draw, [
  {
    name: 'brook needle',
    description: 'Blue, with a plain tail and clear wings.',
    look: { colour: [206, 74, 48], rings: 0, patch: null },
  },
  {
    name: 'ringed needle',
    description: 'Blue, with dark rings around the tail and clear wings.',
    look: { colour: [202, 74, 48], rings: 5, patch: null },
  },
  {
    name: 'smoke-tipped skimmer',
    description: 'Turquoise, with smoky wing tips.',
    look: { colour: [180, 64, 42], rings: 0, patch: 0.95 },
  },
  {
    name: 'mid-barred skimmer',
    description: 'Turquoise, with a smoky patch in the middle of each wing.',
    look: { colour: [176, 64, 42], rings: 0, patch: 0.55 },
  },
  {
    name: 'ringed mid-barred skimmer',
    description: 'Turquoise, with smoky patches in the middle of the wings and a ringed tail.',
    look: { colour: [184, 64, 42], rings: 5, patch: 0.55 },
  },
])
