import type { Rng } from '../../core/rng.ts'
import { type Hsl, lighter, vary } from '../colour.ts'
import { type Family, makeFamily } from '../family.ts'
import { dome, ellipse, fill, fuzz, group, mirrored, path, stroke } from '../svg.ts'

interface Look {
  readonly colour: Hsl
  readonly zigzag: boolean
  readonly band: boolean
  readonly kidneySpot: boolean
  readonly hemDots: boolean
}

const wing = 'M1 -22 C18 -22 42 8 46 26 C36 36 16 36 1 22 Z'
const hem = [
  [41, 24],
  [33, 28],
  [24, 29.5],
  [15, 28],
] as const

function draw(look: Look, rng: Rng): string {
  const colour = vary(look.colour, rng)
  const [dark, pale] = [lighter(colour, -20), lighter(colour, 20)]
  const marks = [
    look.band ? path('M13 -11 Q26 8 22 29', stroke(dark, 7, 0.75)) : '',
    look.zigzag ? path('M22 -6 L20 2 L28 6 L24 13 L31 17 L26 23 L31 29', stroke(pale, 2.2)) : '',
    look.kidneySpot ? ellipse([22, 6], [4, 5.5], `${fill(pale)} stroke="#3b3026" stroke-width="1.4"`) : '',
    ...(look.hemDots ? hem.map((at) => ellipse(at, [2.2, 2.2], fill(lighter(colour, -30)))) : []),
  ]
  const feather = [0.25, 0.45, 0.65, 0.85].map(
    (t) => `M${4 + 15 * t} ${-30 - 13 * t} l5 1.5 M${4 + 15 * t} ${-30 - 13 * t} l-1 -5`,
  )
  return [
    group(
      `scale(${0.9 + 0.12 * rng.uniform()} 1)`,
      mirrored(
        path('M1 4 C20 8 32 24 30 38 C20 46 8 40 1 26 Z', fill(lighter(colour, 12))),
        path(wing, `${fill(colour)} stroke="#3b3026" stroke-width="1.2"`),
        path('M3 -16 L40 25 M3 -10 L28 31 M3 -2 L14 31', stroke(dark, 0.8, 0.6)),
        ...marks,
      ),
    ),
    mirrored(path(`M3 -29 Q10 -40 19 -43 ${feather.join(' ')}`, stroke(dark, 1.4))),
    dome([0, 12], [6.5, 22], lighter(colour, -6)),
    fuzz([0, -17], [8, 9], pale),
    dome([0, -17], [9, 10], lighter(colour, 8)),
    mirrored(ellipse([4.5, -27], [2.6, 2.6], fill([20, 30, 12]))),
  ].join('')
}

/** Drab wings folded like a tent, a thick furry body, feathered feelers. */
export const moth: Family = makeFamily(
  'moth',
  'Drab wings held like a tent, a thick furry body, feathered feelers.',
  draw,
  [
    {
      name: 'plain duskling',
      description: 'Brown, with dark dots along the hem and nothing else.',
      look: { colour: [30, 26, 50], zigzag: false, band: false, kidneySpot: false, hemDots: true },
    },
    {
      name: 'lightning duskling',
      description: 'Brown, with a pale zigzag line across each wing.',
      look: { colour: [32, 26, 50], zigzag: true, band: false, kidneySpot: false, hemDots: false },
    },
    {
      name: 'kidney duskling',
      description: 'Brown, with a pale kidney spot on each wing and dots along the hem.',
      look: { colour: [28, 26, 50], zigzag: false, band: false, kidneySpot: true, hemDots: true },
    },
    {
      name: 'banded ashwing',
      description: 'Grey-brown, with a dark band across each wing.',
      look: { colour: [40, 15, 58], zigzag: false, band: true, kidneySpot: false, hemDots: false },
    },
    {
      name: 'kidney ashwing',
      description: 'Grey-brown, with a pale kidney spot on a dark band.',
      look: { colour: [42, 15, 58], zigzag: false, band: true, kidneySpot: true, hemDots: false },
    },
  ],
)
