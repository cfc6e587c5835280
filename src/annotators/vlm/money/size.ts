/** Of a picture, in whole pixels from 1. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The size after our shrinking rule: the longer side is `longestSide` at most, and nothing is enlarged. */
export function shownSize(width: number, height: number, longestSide: number): Size {
  const scale = Math.min(1, longestSide / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** How many squares of this side cover a picture. */
export function squaresOver({ width, height }: Size, side: number): number {
  return Math.ceil(width / side) * Math.ceil(height / side)
}
