import type { Rng } from '../core/rng.ts'
import { css, type Hsl, vary } from './colour.ts'
import { ellipse, fill, group, path, stroke } from './svg.ts'

/** What the animal sits on, as an SVG fragment that covers the 128 x 128 units of a picture. */
export type Backdrop = (rng: Rng) => string

const ground = (colour: Hsl): string => `<rect width="128" height="128" fill="${css(colour)}"/>`
const spot = (rng: Rng): [number, number] => [rng.uniform() * 128, rng.uniform() * 128]
const repeat = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('')

/** A blade of grass from the point up or down, bent by chance. */
export function blade([x, y]: readonly [number, number], height: number, rng: Rng): string {
  const bend = rng.normal() * 22
  const width = 2.5 + 2.5 * rng.uniform()
  const tip = `${x + bend} ${y - height}`
  const outline = `M${x - width} ${y} Q${x - width} ${y - height * 0.6} ${tip} Q${x + width} ${y - height * 0.55} ${x + width} ${y} Z`
  return path(outline, fill(vary([95, 42, 40], rng, 8)))
}

const grass: Backdrop = (rng) =>
  ground(vary([98, 38, 34], rng, 6)) +
  repeat(34, (i) => blade([rng.uniform() * 128, 40 + 3 * i], 45 + rng.uniform() * 50, rng))

const petalColours: readonly Hsl[] = [
  [48, 30, 92],
  [330, 62, 78],
  [275, 42, 72],
  [52, 85, 66],
  [12, 70, 74],
]

const petals: Backdrop = (rng) => {
  const colour = petalColours[rng.below(petalColours.length)]!
  const turn = rng.uniform() * 360
  const count = 9 + rng.below(5)
  const petal = (i: number): string =>
    group(
      `rotate(${turn + (360 / count) * i})`,
      ellipse([0, -52], [17, 42], `${fill(vary(colour, rng, 2.5))} stroke="#000" stroke-opacity="0.13"`),
      path('M0 -20 V-80', stroke([colour[0], colour[1], colour[2] - 14], 1, 0.6)),
    )
  const heart =
    ellipse([0, 0], [21, 21], fill(vary([44, 85, 52], rng))) + ellipse([0, 0], [15, 15], fill([36, 80, 44], 0.6))
  const [x, y] = [64 + rng.normal() * 26, 64 + rng.normal() * 26]
  return ground(vary([105, 35, 36], rng, 6)) + group(`translate(${x} ${y})`, repeat(count, petal), heart)
}

const soil: Backdrop = (rng) => {
  const earth = vary([28, 30, 34], rng, 4)
  const pebble = (): string =>
    ellipse(spot(rng), [1.5 + rng.uniform() * 6, 1 + rng.uniform() * 4], fill(vary([30, 20, 44], rng, 10), 0.8))
  const straw = (): string => {
    const [x, y] = spot(rng)
    return path(`M${x} ${y} l${rng.normal() * 18} ${rng.normal() * 18}`, stroke(vary([42, 35, 58], rng, 6), 1.4, 0.8))
  }
  return ground(earth) + repeat(44, pebble) + repeat(7, straw)
}

const leaf: Backdrop = (rng) => {
  const green = vary([112, 38, 38], rng, 9)
  const vein = stroke([green[0] - 8, green[1] - 6, green[2] + 16], 1.6, 0.75)
  const side = (i: number): string =>
    path(
      `M0 ${i * 17 - 85} Q26 ${i * 17 - 100} 70 ${i * 17 - 112} M0 ${i * 17 - 85} Q-26 ${i * 17 - 100} -70 ${i * 17 - 112}`,
      vein,
    )
  const blade = path('M0 -105 C62 -70 62 60 0 100 C-62 60 -62 -70 0 -105 Z', fill(green))
  const drops = repeat(rng.below(4), () =>
    ellipse(spot(rng), [3, 3], 'fill="#fff" fill-opacity="0.35" stroke="#fff" stroke-opacity="0.5"'),
  )
  return (
    ground(vary([100, 30, 24], rng, 5)) +
    group(
      `translate(${64 + rng.normal() * 8} 64) rotate(${rng.uniform() * 360})`,
      blade,
      path('M0 -105 V100', vein),
      repeat(12, side),
    ) +
    drops
  )
}

const stone: Backdrop = (rng) => {
  const lichen = (): string =>
    ellipse(spot(rng), [3 + rng.uniform() * 9, 3 + rng.uniform() * 7], fill(vary([70, 22, 62], rng, 10), 0.5))
  const crack = (): string => {
    const [x, y] = spot(rng)
    return path(
      `M${x} ${y} l${rng.normal() * 20} ${rng.normal() * 20} l${rng.normal() * 20} ${rng.normal() * 20}`,
      stroke([30, 8, 30], 1, 0.6),
    )
  }
  return ground(vary([36, 9, 60], rng, 5)) + repeat(14, lichen) + repeat(6, crack)
}

/** The places where the meadow's animals sit. */
export const backdrops: readonly Backdrop[] = [grass, petals, soil, leaf, stone]
