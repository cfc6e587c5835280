import type { Rng } from '../../core/rng.ts'
import { type Hsl, ink, lighter, vary } from '../colour.ts'
import { type Family, makeFamily } from '../family.ts'
import { dome, ellipse, fill, group, mirrored, path, type Pair, stroke } from '../svg.ts'

interface Look {
  readonly colour: Hsl
  /** Width of the dark hem, as a share of the wing. */
  readonly hem: number
  readonly eyespots: readonly Pair[]
  readonly sash: boolean
}

const forewing = 'M2 -10 C12 -44 46 -52 49 -34 C51 -16 28 0 3 0 Z'
const hindwing = 'M2 -2 C30 -4 44 12 37 28 C31 42 16 36 3 12 Z'
const cream: Hsl = [46, 80, 88]

function draw(look: Look, rng: Rng): string {
  const colour = vary(look.colour, rng)
  const spread = 0.84 + 0.16 * rng.uniform()
  const wings = [hindwing, forewing].flatMap((outline, fore) => [
    path(outline, fill(ink)),
    group(
      `translate(${1 - look.hem} ${-7 * look.hem}) scale(${1 - look.hem})`,
      path(outline, fill(lighter(colour, fore ? 3 : -4))),
    ),
  ])
  const veins = ['M4 -8 L34 -34', 'M4 -5 L38 -18', 'M4 4 L28 14', 'M4 6 L20 26'].map((vein) =>
    path(vein, stroke(lighter(colour, -20), 0.8, 0.7)),
  )
  const sash = look.sash ? path('M18 -33 Q28 -26 31 -12', stroke(vary(cream, rng), 4.8)) : ''
  return [
    group(`scale(${spread} 1)`, mirrored(...wings, ...veins, sash, ...look.eyespots.map(eyespot))),
    mirrored(path('M1 -18 Q5 -34 13 -42', stroke(ink, 1.2)), ellipse([13, -42], [1.9, 1.9], fill(ink))),
    dome([0, 2], [3.6, 20], lighter(ink, 9)),
    dome([0, -18], [4, 4], ink),
  ].join('')
}

function eyespot(at: Pair): string {
  return (
    ellipse(at, [5, 5], fill(ink)) + ellipse(at, [3, 3], fill(cream)) + ellipse(at, [1.5, 1.5], fill([215, 70, 40]))
  )
}

/** Four broad open wings, a thin body, clubbed feelers. */
export const butterfly: Family = makeFamily('butterfly', 'Four broad open wings, a thin body, clubbed feelers.', draw, [
  {
    name: 'saffron drifter',
    description: 'Orange wings with a narrow dark hem and no eyespots.',
    look: { colour: [30, 92, 54], hem: 0.08, eyespots: [], sash: false },
  },
  {
    name: 'broad-hemmed drifter',
    description: 'Orange wings with a broad dark hem.',
    look: { colour: [26, 92, 53], hem: 0.2, eyespots: [], sash: false },
  },
  {
    name: 'sashed drifter',
    description: 'Orange wings with a cream bar across each forewing.',
    look: { colour: [28, 92, 53], hem: 0.12, eyespots: [], sash: true },
  },
  {
    name: 'one-eyed skywing',
    description: 'Blue wings with one eyespot on each forewing.',
    look: { colour: [214, 70, 62], hem: 0.1, eyespots: [[33, -26]], sash: false },
  },
  {
    name: 'two-eyed skywing',
    description: 'Blue wings with an eyespot on every wing.',
    look: {
      colour: [218, 68, 62],
      hem: 0.1,
      eyespots: [
        [33, -26],
        [26, 20],
      ],
      sash: false,
    },
  },
])
