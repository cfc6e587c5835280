/**
 * The quantile of Student's t distribution, by bisection on the angle `atan(t / √df)`.
 *
 * @param p - From 0.5 up to, but not, 1.
 * @param df - Degrees of freedom, a whole number from 1.
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
export function studentQuantile(p: number, df: number): number {
  let [low, high] = [0, Math.PI / 2]
  for (let step = 0; step < 60; step++) {
    const angle = (low + high) / 2
    if (centralShare(angle, df) < 2 * p - 1) low = angle
    else high = angle
  }
  return Math.sqrt(df) * Math.tan(low)
}

/** `P(|T| < √df · tan(angle))`, a finite series for whole degrees of freedom. */
function centralShare(angle: number, df: number): number {
  const [sin, squaredCos] = [Math.sin(angle), Math.cos(angle) ** 2]
  const isOdd = df % 2 === 1
  let term = isOdd ? Math.cos(angle) : 1
  let series = 0
  for (let power = isOdd ? 1 : 0; power <= df - 2; power += 2) {
    series += term
    term *= ((power + 1) / (power + 2)) * squaredCos
  }
  return isOdd ? (2 / Math.PI) * (angle + sin * series) : sin * series
}
