import type { Rng } from '../../core/rng.ts'
import { type Hsl, ink, lighter, vary } from '../colour.ts'
import { type Family, makeFamily } from '../family.ts'
import { dome, ellipse, fill, group, path, stroke } from '../svg.ts'

interface Look {
  readonly colour: Hsl
  /** Dark rings around the thigh. */
  readonly thighRings: number
  readonly backStripe: boolean
  readonly redShin: boolean
  readonly speckled: boolean
}

/** Drawn from the side, head right; turned so that it climbs. */
function draw(look: Look, rng: Rng): string {
  const colour = vary(look.colour, rng)
  const dark = lighter(colour, -15)
  const knee = -25 + rng.normal() * 3
  const rings = Array.from({ length: look.thighRings }, (_, i) => 0.3 + 0.2 * i)
  const parts = [
    ...[6, 18].map((x) => path(`M${x} 8 L${x + 5} 17 L${x + 1} 26`, stroke(dark, 2.6))),
    path('M-46 3 C-38 -7 -6 -12 16 -10 L18 10 C-4 12 -30 12 -46 3 Z', fill(colour)),
    path('M-44 3 C-30 9 -4 10 16 8', stroke(lighter(colour, 18), 2.4, 0.8)),
    path(
      'M-50 -1 C-36 -10 -8 -13 12 -9 C-4 -2 -34 1 -50 -1 Z',
      `${fill(lighter(colour, -7))} stroke="#2c2a1c" stroke-width="0.8"`,
    ),
    ...(look.speckled
      ? [-36, -27, -18, -9].map((x, i) => ellipse([x, -3.4 - 1.2 * i], [2.3, 1.5], fill(ink, 0.8)))
      : []),
    path('M8 -11 L24 -12 L26 10 L12 11 Z', fill(dark)),
    look.backStripe ? path('M-46 -3 C-30 -12 -6 -14 32 -13', stroke([48, 75, 72], 3)) : '',
    dome([32, -1], [9.5, 12], colour),
    ellipse([35, -6], [3, 3.8], fill(ink)) + ellipse([36, -7.4], [1, 1], 'fill="#fff"'),
    path('M36 -12 C44 -20 50 -18 58 -27 M34 -13 C40 -24 46 -24 50 -34', stroke(dark, 1.4)),
    path(`M-36 ${knee} L-44 4 L-38 22 L-44 24`, stroke(look.redShin ? [6, 72, 46] : dark, 3)),
    path(
      `M2 4 C-8 -14 -22 ${knee - 4} -38 ${knee - 3} C-34 ${knee + 8} -14 8 2 8 Z`,
      `${fill(lighter(colour, 6))} stroke="#2c2a1c" stroke-width="1"`,
    ),
    ...rings.map((t) => path(`M${-36 * t - 2} ${knee * t * 0.95 - 3 + 4 * t} l-1.5 ${9 - 4 * t}`, stroke(ink, 3))),
  ]
  return group(`rotate(-90) scale(0.95 ${rng.uniform() < 0.5 ? 0.95 : -0.95})`, ...parts)
}

/** Seen from the side: a long body with a huge folded hind leg. */
export const grasshopper: Family = makeFamily(
  'grasshopper',
  'A long body seen from the side, with a huge folded hind leg.',
  draw,
  [
    {
      name: 'meadow fiddler',
      description: 'Green, with plain legs and a plain back.',
      look: { colour: [88, 50, 44], thighRings: 0, backStripe: false, redShin: false, speckled: false },
    },
    {
      name: 'garter fiddler',
      description: 'Green, with dark rings around the thigh.',
      look: { colour: [84, 50, 44], thighRings: 3, backStripe: false, redShin: false, speckled: false },
    },
    {
      name: 'gold-backed fiddler',
      description: 'Green, with a golden stripe along the back.',
      look: { colour: [90, 50, 43], thighRings: 0, backStripe: true, redShin: false, speckled: false },
    },
    {
      name: 'red-shinned hopper',
      description: 'Straw-coloured, with red shins and ringed thighs.',
      look: { colour: [44, 46, 50], thighRings: 3, backStripe: false, redShin: true, speckled: false },
    },
    {
      name: 'speckled hopper',
      description: 'Straw-coloured, with dark speckles on the wing.',
      look: { colour: [42, 46, 50], thighRings: 0, backStripe: false, redShin: false, speckled: true },
    },
  ],
)
