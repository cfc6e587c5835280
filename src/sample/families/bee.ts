import type { Rng } from '../../core/rng.ts'
import { type Hsl, ink, lighter, vary } from '../colour.ts'
import { type Family, makeFamily } from '../family.ts'
import { dome, ellipse, fill, fuzz, group, mirrored, path, stroke } from '../svg.ts'

interface Look {
  readonly fur: Hsl
  /** Number of fur-coloured belts around the abdomen. */
  readonly belts: number
  readonly whiteTail: boolean
  readonly paleCollar: boolean
}

const honey: Hsl = [42, 88, 54]
const white: Hsl = [46, 40, 93]

function draw(look: Look, rng: Rng): string {
  const fur = vary(look.fur, rng)
  const opening = 24 + rng.normal() * 7
  const wing = group(
    `translate(7 -12) rotate(${opening})`,
    ellipse([18, 0], [19, 8.5], 'fill="#f4f8fb" fill-opacity="0.66" stroke="#5b5148" stroke-width="0.9"'),
    path('M2 0 L32 -1 M12 -1 L22 6', stroke([30, 10, 40], 0.7, 0.6)),
  )
  const smallWing = group(`translate(7 -4) rotate(${opening + 24}) scale(0.72)`, wing.replace('translate(7 -12)', ''))
  const legs = [-20, -10, 2].map((y, pair) =>
    path(`M9 ${y} L24 ${y + (pair - 1) * 9} L27 ${y + pair * 9}`, stroke(ink, 2.2)),
  )
  const step = 32 / (2 * look.belts)
  const belts = Array.from({ length: look.belts }, (_, i) => belt(-2 + step * (2 * i + 0.6), step, fur))
  return [
    mirrored(...legs, path('M4 -35 Q7 -45 14 -46', stroke(ink, 1.7))),
    fuzz([0, 15], [17, 22], lighter(ink, 6)),
    dome([0, 15], [18, 23], ink),
    ...belts,
    look.whiteTail ? ellipse([0, 33], [9.5, 5.5], fill(white)) : '',
    fuzz([0, -13], [14, 12], fur),
    dome([0, -13], [15, 13], fur),
    look.paleCollar ? path('M-11 -21 Q0 -27 11 -21', stroke(white, 4)) : ellipse([0, -11], [6, 5], fill(ink, 0.75)),
    dome([0, -30], [9.5, 7.5], lighter(ink, 5)),
    mirrored(ellipse([6, -31], [2.6, 4], fill([20, 30, 30])), smallWing, wing),
  ].join('')
}

function belt(y: number, width: number, colour: Hsl): string {
  const half = 17.5 * Math.sqrt(1 - ((y - 15) / 24) ** 2) - 1
  return path(`M${-half} ${y} Q0 ${y + 4} ${half} ${y}`, `${stroke(colour, width)} style="stroke-linecap:butt"`)
}

/** A plump furry body with belts and short glassy wings. */
export const bee: Family = makeFamily(
  'bee',
  'A plump furry body with belts and two pairs of short glassy wings.',
  draw,
  [
    {
      name: 'two-belted clover bee',
      description: 'Golden fur and two broad belts.',
      look: { fur: honey, belts: 2, whiteTail: false, paleCollar: false },
    },
    {
      name: 'four-belted clover bee',
      description: 'Golden fur and four narrow belts.',
      look: { fur: honey, belts: 4, whiteTail: false, paleCollar: false },
    },
    {
      name: 'white-tailed clover bee',
      description: 'Golden fur, two broad belts and a white tail.',
      look: { fur: [40, 88, 54], belts: 2, whiteTail: true, paleCollar: false },
    },
    {
      name: 'collared thistle bee',
      description: 'Russet fur, three belts and a pale collar.',
      look: { fur: [28, 80, 48], belts: 3, whiteTail: false, paleCollar: true },
    },
    {
      name: 'russet thistle bee',
      description: 'Russet fur and three belts, no collar.',
      look: { fur: [26, 80, 48], belts: 3, whiteTail: false, paleCollar: false },
    },
  ],
)
