import type { Rng } from '../../core/rng.ts'
import { type Hsl, ink, lighter, vary } from '../colour.ts'
import { type Family, makeFamily } from '../family.ts'
import { dome, ellipse, fill, mirrored, path, stroke } from '../svg.ts'

interface Look {
  readonly colour: Hsl
  /** Heights of the pale bands across the wing cases. */
  readonly bands: readonly number[]
  readonly furrows: boolean
  readonly copperRim: boolean
}

const [caseCentre, caseRadii] = [12, [19, 30]] as const
const pale: Hsl = [46, 60, 74]
const copper: Hsl = [22, 75, 48]

function draw(look: Look, rng: Rng): string {
  const colour = vary(look.colour, rng)
  const reach = 36 + rng.normal() * 2
  const legs = [-22, 2, 22].map((y, pair) =>
    path(`M12 ${y} L${reach - 8} ${y + (pair - 1) * 7 - 2} L${reach + 2} ${y + (pair - 1) * 16}`, stroke(ink, 2.8)),
  )
  const antennae =
    path(`M4 -41 C8 -48 16 -50 ${22 + rng.normal() * 2} -48`, stroke(ink, 1.7)) +
    ellipse([22, -48], [2.6, 2], fill(ink))
  const jaws = path('M3 -43 Q7 -49 1.5 -50', stroke(ink, 2))
  return [
    mirrored(...legs, antennae, jaws),
    dome([0, -38], [9, 7], ink),
    dome([0, -24], [16, 11], lighter(colour, -9)),
    look.copperRim ? ellipse([0, caseCentre], caseRadii, stroke(vary(copper, rng), 4.5)) : '',
    dome([0, caseCentre], caseRadii, colour),
    look.furrows ? mirrored(...[5, 10, 14.5].map((x) => furrow(x, lighter(colour, -13)))) : '',
    ...look.bands.map((y) => band(y, vary(pale, rng))),
    path('M0 -17 V41', stroke(lighter(colour, -18), 1.3)),
  ].join('')
}

function furrow(x: number, colour: Hsl): string {
  const half = caseHalf(x, caseRadii) * 0.88
  return path(`M${x} ${caseCentre - half} Q${x * 1.12} ${caseCentre} ${x} ${caseCentre + half}`, stroke(colour, 1.3))
}

function band(y: number, colour: Hsl): string {
  const half = caseHalf(y - caseCentre, [caseRadii[1], caseRadii[0]]) - 2.5
  return path(`M${-half} ${y} Q0 ${y + 4} ${half} ${y}`, stroke(colour, 4.6, 0.92))
}

/** Half the height of the ellipse at distance `x` from its middle. */
function caseHalf(x: number, [rx, ry]: readonly [number, number]): number {
  return ry * Math.sqrt(1 - (x / rx) ** 2)
}

/** Long wing cases that meet in a seam, six strong legs. */
export const beetle: Family = makeFamily(
  'beetle',
  'Long hard wing cases meeting in a straight seam, strong legs.',
  draw,
  [
    {
      name: 'moss furrowback',
      description: 'Green, with fine lengthwise furrows and no bands.',
      look: { colour: [128, 48, 36], bands: [], furrows: true, copperRim: false },
    },
    {
      name: 'coppered edgewing',
      description: 'Green and smooth, with a copper rim around the wing cases.',
      look: { colour: [140, 46, 34], bands: [], furrows: false, copperRim: true },
    },
    {
      name: 'lake burrower',
      description: 'Blue-green and smooth, with one pale band at the shoulders.',
      look: { colour: [182, 46, 34], bands: [-2], furrows: false, copperRim: false },
    },
    {
      name: 'double-sashed burrower',
      description: 'Blue-green and smooth, with two pale bands.',
      look: { colour: [190, 46, 34], bands: [-2, 22], furrows: false, copperRim: false },
    },
    {
      name: 'low-sashed burrower',
      description: 'Blue-green with furrows and one pale band near the tail.',
      look: { colour: [186, 46, 34], bands: [22], furrows: true, copperRim: false },
    },
  ],
)
