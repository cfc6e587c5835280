import type { Rng } from '../core/rng.ts'
import { backdrops, blade } from './backdrop.ts'
import { css, vary } from './colour.ts'
import type { Species } from './family.ts'
import { drawSign, type Sign } from './sign.ts'
import { ellipse, fill, group, path, shading } from './svg.ts'

/**
 * Draws one animal in its surroundings: pose, place, light, backdrop, what stands in front, and blur vary by chance.
 *
 * @param sign - Put up a sign across the picture that tells a model what to say.
 * @returns An SVG document of 128 x 128 pixels; equal chance gives equal text.
 */
export function drawPicture(species: Species, rng: Rng, sign?: Sign): string {
  const backdrop = backdrops[rng.below(backdrops.length)]!(rng)
  const animal = placed(species.draw(rng), rng)
  const content = backdrop + animal + front(rng) + light(rng)
  const blur = Math.max(0, rng.normal() * 0.6)
  const softened = blur < 0.25 ? content : `${softener(blur)}<g filter="url(#blur)">${content}</g>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128">${shading}${softened}${sign ? drawSign(sign) : ''}</svg>`
}

function softener(blur: number): string {
  // The borders are repeated outwards, else the blur would let the void in.
  const region = 'filterUnits="userSpaceOnUse" x="0" y="0" width="128" height="128"'
  return `<filter id="blur" ${region}><feGaussianBlur stdDeviation="${blur}" edgeMode="duplicate"/></filter>`
}

function placed(animal: string, rng: Rng): string {
  const [x, y] = [64 + rng.normal() * 6, 64 + rng.normal() * 6]
  const scale = 0.98 + 0.12 * Math.max(-2, Math.min(2, rng.normal()))
  const shadow = ellipse([5, 7], [44, 44], 'fill="url(#shadow)"')
  return group(`translate(${x} ${y}) rotate(${rng.normal() * 32}) scale(${scale})`, shadow, animal)
}

function front(rng: Rng): string {
  const chance = rng.uniform()
  if (chance < 0.35) {
    return Array.from({ length: 1 + rng.below(3) }, () =>
      blade([rng.uniform() * 128, 132], 60 + rng.uniform() * 70, rng),
    ).join('')
  }
  if (chance > 0.88) {
    const leaf = path('M0 0 C30 -22 66 -18 84 0 C66 18 30 22 0 0 Z', fill(vary([104, 44, 36], rng, 8)))
    const rib = path('M0 0 H80', `stroke="${css([92, 40, 55])}" stroke-width="1.4"`)
    return group(
      `translate(${rng.below(2) * 136 - 4} ${rng.uniform() * 128}) rotate(${rng.uniform() * 360}) scale(0.8)`,
      leaf,
      rib,
    )
  }
  return ''
}

function light(rng: Rng): string {
  const everywhere = 'width="128" height="128"'
  const warmth = rng.uniform() < 0.5 ? css([38, 90, 55]) : css([214, 60, 45])
  const sun = ellipse([rng.uniform() * 128, rng.uniform() * 128], [80, 80], 'fill="url(#sun)"')
  return (
    `<rect ${everywhere} fill="${warmth}" fill-opacity="${0.16 * rng.uniform()}"/>` +
    `<rect ${everywhere} fill="#000" fill-opacity="${0.3 * rng.uniform() ** 2}"/>` +
    (rng.uniform() < 0.6 ? sun : '')
  )
}
