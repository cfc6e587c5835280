/**
 * Splits a picture into brightness, red against green, and yellow against blue.
 *
 * @param pixels - RGB bytes, shape `[n, 3]`.
 * @returns Three planes of shape `[n]`; brightness in 0..255, the others within ±209.
 * @see van de Sande et al., Evaluating Color Descriptors for Object and Scene Recognition, PAMI 2010 (opponent colour space).
 */
export function opponentPlanes(pixels: Uint8Array): [Float32Array, Float32Array, Float32Array] {
  const n = pixels.length / 3
  const planes: [Float32Array, Float32Array, Float32Array] = [
    new Float32Array(n),
    new Float32Array(n),
    new Float32Array(n),
  ]
  const [brightness, redGreen, yellowBlue] = planes
  for (let i = 0; i < n; i++) {
    const r = pixels[3 * i]!
    const g = pixels[3 * i + 1]!
    const b = pixels[3 * i + 2]!
    brightness[i] = 0.299 * r + 0.587 * g + 0.114 * b
    redGreen[i] = (r - g) * Math.SQRT1_2
    yellowBlue[i] = (r + g - 2 * b) / Math.sqrt(6)
  }
  return planes
}
