import type { Rng } from '../../core/rng.ts'
import { type Hsl, ink, lighter, vary } from '../colour.ts'
import { type Family, makeFamily } from '../family.ts'
import { dome, ellipse, fill, mirrored, path, stroke } from '../svg.ts'

interface Look {
  readonly colour: Hsl
  readonly mark: 'cross' | 'dots' | 'chevrons' | 'leaf'
  readonly ringedLegs: boolean
}

const white: Hsl = [46, 60, 90]
/** Knee and foot of each right leg, front to back. */
const legs = [
  [24, -32, 30, -48],
  [34, -20, 46, -26],
  [34, 0, 46, 12],
  [26, 14, 34, 42],
] as const

function draw(look: Look, rng: Rng): string {
  const colour = vary(look.colour, rng)
  const dark = lighter(colour, -18)
  const side = (): string =>
    legs
      .map(([kneeX, kneeY, footX, footY], i) => {
        const [x, y] = [kneeX + rng.normal() * 1.5, kneeY + rng.normal() * 1.5]
        const ring = look.ringedLegs
          ? path(`M${x} ${y} l${(footX - x) * 0.35} ${(footY - y) * 0.35}`, stroke(white, 2.6))
          : ''
        return path(`M6 ${-12 + 3 * i} L${x} ${y} L${footX} ${footY}`, stroke(dark, 2.8)) + ring
      })
      .join('')
  return [
    side(),
    `<g transform="scale(-1,1)">${side()}</g>`,
    mirrored(path('M3 -22 L5 -28', stroke(dark, 3.4))),
    dome([0, -13], [10, 11.5], lighter(colour, -8)),
    dome([0, 15], [17.5, 20.5], colour),
    markOf(look.mark, lighter(colour, -24)),
    mirrored(ellipse([2.2, -20], [1.7, 1.7], fill(ink)), ellipse([5.6, -18.4], [1.3, 1.3], fill(ink))),
  ].join('')
}

function markOf(mark: Look['mark'], dark: Hsl): string {
  switch (mark) {
    case 'cross':
      return path('M0 2 V24 M-6.5 10 H6.5', stroke(white, 3.4))
    case 'dots':
      return mirrored(...[3, 12, 21].map((y) => ellipse([5.5, y + 3], [2.2, 2.2], fill(white))))
    case 'chevrons':
      return [4, 13, 22].map((y) => path(`M-8 ${y + 4} L0 ${y - 2} L8 ${y + 4}`, stroke(white, 2.6))).join('')
    case 'leaf':
      return path('M0 -1 C10 4 10 10 6 14 C9 18 6 26 0 33 C-6 26 -9 18 -6 14 C-10 10 -10 4 0 -1 Z', fill(dark))
  }
}

/** Eight long legs around a round abdomen; no wings. */
export const spider: Family = makeFamily('spider', 'Eight long legs around a round abdomen, no wings.', draw, [
  {
    name: 'crossbearer',
    description: 'Rust-brown, with a white cross on the abdomen.',
    look: { colour: [24, 50, 40], mark: 'cross', ringedLegs: false },
  },
  {
    name: 'six-pearl weaver',
    description: 'Rust-brown, with two rows of three white dots.',
    look: { colour: [22, 50, 40], mark: 'dots', ringedLegs: false },
  },
  {
    name: 'garter weaver',
    description: 'Rust-brown, with two rows of three white dots and pale rings on the legs.',
    look: { colour: [26, 50, 40], mark: 'dots', ringedLegs: true },
  },
  {
    name: 'arrow weaver',
    description: 'Rust-brown, with white chevrons along the abdomen.',
    look: { colour: [24, 50, 39], mark: 'chevrons', ringedLegs: false },
  },
  {
    name: 'oakleaf weaver',
    description: 'Ochre, with a dark leaf on the abdomen and pale rings on the legs.',
    look: { colour: [36, 48, 46], mark: 'leaf', ringedLegs: true },
  },
])
