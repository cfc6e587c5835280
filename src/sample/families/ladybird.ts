import type { Rng } from '../../core/rng.ts'
import { type Hsl, ink, vary } from '../colour.ts'
import { type Family, makeFamily } from '../family.ts'
import { dome, ellipse, fill, mirrored, path, type Pair, stroke } from '../svg.ts'

interface Look {
  readonly colour: Hsl
  /** Spots of the right wing case; the left one mirrors them. */
  readonly spots: readonly Pair[]
  /** A spot across the seam, behind the neck. */
  readonly neckSpot: boolean
  readonly halo: boolean
}

const white: Hsl = [48, 50, 93]
const red: Hsl = [4, 78, 46]

function draw(look: Look, rng: Rng): string {
  const size = 5 + rng.normal() * 0.35
  const spot = (at: Pair): string =>
    (look.halo ? ellipse(at, [size + 2.2, size + 2.2], fill([40, 85, 78])) : '') + ellipse(at, [size, size], fill(ink))
  const legs = [-14, 8, 26].map((y, pair) =>
    path(`M22 ${y} L${35 + rng.normal()} ${y + (pair - 1) * 6}`, stroke(ink, 3.2)),
  )
  return [
    mirrored(...legs, path(`M5 -38 Q8 -46 ${15 + rng.normal()} -46`, stroke(ink, 1.8))),
    dome([0, -33], [11, 8], ink),
    ellipse([0, -24], [21, 12], fill(ink)),
    mirrored(ellipse([14, -25], [5, 4.5], fill(white)), ellipse([5, -38], [2, 1.8], fill(white))),
    dome([0, 8], [31, 30], vary(look.colour, rng)),
    path('M0 -21 V38', stroke(ink, 1.6)),
    look.neckSpot ? spot([0, -14]) : '',
    mirrored(...look.spots.map(([x, y]) => spot([x + rng.normal() * 0.7, y + rng.normal() * 0.7]))),
    ellipse([-10, -8], [8, 4.5], 'fill="#fff" fill-opacity="0.28" transform="rotate(-28 -10 -8)"'),
  ].join('')
}

/** A round spotted dome with a small dark head. */
export const ladybird: Family = makeFamily('ladybird', 'A round, shiny, spotted dome with a small dark head.', draw, [
  {
    name: 'duet ladybird',
    description: 'Red with two large-spaced spots, one on each wing case.',
    look: { colour: red, spots: [[14, 8]], neckSpot: false, halo: false },
  },
  {
    name: 'quintet ladybird',
    description: 'Red with five spots: two on each wing case and one behind the neck.',
    look: {
      colour: red,
      spots: [
        [17, -1],
        [11, 22],
      ],
      neckSpot: true,
      halo: false,
    },
  },
  {
    name: 'septet ladybird',
    description: 'Red with seven spots: three on each wing case and one behind the neck.',
    look: {
      colour: [8, 80, 47],
      spots: [
        [18, -3],
        [9, 11],
        [17, 22],
      ],
      neckSpot: true,
      halo: false,
    },
  },
  {
    name: 'haloed ladybird',
    description: 'Red with six spots, each in a pale ring.',
    look: {
      colour: [6, 78, 46],
      spots: [
        [17, -3],
        [10, 12],
        [17, 24],
      ],
      neckSpot: false,
      halo: true,
    },
  },
  {
    name: 'amber ten-spot ladybird',
    description: 'Orange-red with ten spots, five on each wing case.',
    look: {
      colour: [18, 84, 50],
      spots: [
        [9, -8],
        [22, -2],
        [10, 9],
        [21, 17],
        [9, 26],
      ],
      neckSpot: false,
      halo: false,
    },
  },
])
