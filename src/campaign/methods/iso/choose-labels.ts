import type { Micros } from '../../../core/money.ts'
import { permutation, type Rng } from '../../../core/rng.ts'
import {
  chooseByValue,
  type LabelChoice,
  type LabelKind,
  type LabelKinds,
} from '../../../strategies/iso/choose-by-value.ts'
import type { Gains } from '../../../strategies/iso/gains.ts'
import type { Matrix } from '../../../tensor/matrix.ts'
import type { IsoOptions } from '../options.ts'

/** The round that is to be filled. */
export interface LabelRound {
  readonly features: Matrix
  readonly kinds: LabelKinds
  readonly gains: Gains
  /** Never exceeded. */
  readonly money: Micros
}

/** Which labels a round buys, by {@link IsoOptions.choice}. */
export function chooseLabels(
  { features, kinds, gains, money }: LabelRound,
  { choice = 'iso', weakShare = 0.5 }: IsoOptions,
  rng: Rng,
): Promise<LabelChoice[]> {
  switch (choice) {
    case 'iso':
      return chooseByValue(features, worthBuying(kinds, gains), money, rng)
    case 'fixed-ratio':
      return byShare(weakShare, kinds, money, (kind, part) => chooseByValue(features, only(kind, kinds), part, rng))
    case 'apfwa':
      return byShare(shareByGains(kinds, gains), kinds, money, async (kind, part) => atRandom(kind, kinds, part, rng))
  }
}

/** Without a kind that has no gain, unless nothing of the other is left. */
function worthBuying(kinds: LabelKinds, gains: Gains): LabelKinds {
  const isLeft = (kind: keyof LabelKinds): boolean => kinds[kind].available.includes(1)
  if (gains.weak === 0 && isLeft('full')) return only('full', kinds)
  if (gains.full === 0 && isLeft('weak')) return only('weak', kinds)
  return kinds
}

/** Weak labels for their share of the money, to the nearest full label; full ones for the rest, and for what the weak ones left over. */
async function byShare(
  weakShare: number,
  { weak, full }: LabelKinds,
  money: Micros,
  fill: (kind: keyof LabelKinds, part: Micros) => Promise<LabelChoice[]>,
): Promise<LabelChoice[]> {
  const fullLabels = Math.min(Math.floor(money / full.price), Math.round(((1 - weakShare) * money) / full.price))
  const ofWeak = await fill('weak', money - fullLabels * full.price)
  return [...ofWeak, ...(await fill('full', money - ofWeak.length * weak.price))]
}

/** In proportion to what a kind gains per money. */
function shareByGains({ weak, full }: LabelKinds, gains: Gains): number {
  const [ofWeak, ofFull] = [gains.weak / weak.price, gains.full / full.price]
  return ofWeak / (ofWeak + ofFull)
}

function atRandom(kind: keyof LabelKinds, kinds: LabelKinds, money: Micros, rng: Rng): LabelChoice[] {
  const { available, price } = kinds[kind]
  const items = Int32Array.from(available.keys()).filter((item) => available[item])
  const drawn = permutation(items.length, rng).subarray(0, Math.floor(money / price))
  return Array.from(drawn, (place) => ({ item: items[place]!, kind }))
}

function only(kind: keyof LabelKinds, kinds: LabelKinds): LabelKinds {
  const closed = ({ available, ...rest }: LabelKind): LabelKind => ({
    ...rest,
    available: new Uint8Array(available.length),
  })
  return kind === 'weak' ? { ...kinds, full: closed(kinds.full) } : { ...kinds, weak: closed(kinds.weak) }
}
