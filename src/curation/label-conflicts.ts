import { checkLength } from './check-items.ts'
import type { ItemGroups } from './item-groups.ts'

/** What {@link findLabelConflicts} found. */
export interface LabelConflicts {
  /** Groups whose members have different labels, as indices of the groups given, tightest first. */
  readonly groups: Int32Array
  /** The label that most members of each of them have; -1 where several have most. Shape as `groups`. */
  readonly majority: Int32Array
  /** Items to look at again, in the order of the groups: all whose label is not their group's majority. */
  readonly items: Int32Array
}

/**
 * The same picture with different labels: at least one of them is wrong, whatever a model thinks.
 *
 * @param duplicates - As of {@link findNearDuplicates} or {@link findExactDuplicates}.
 * @param labels - Given class of each item, shape `[n]`; -1 for none.
 * @throws {@link LabelwrightError} `length-mismatch` where there are members without a label.
 */
export function findLabelConflicts({ offsets, members }: ItemGroups, labels: Int32Array): LabelConflicts {
  const [groups, majority, items]: number[][] = [[], [], []]
  for (let g = 0; g + 1 < offsets.length; g++) {
    const votes = new Map<number, number>()
    const group = members.subarray(offsets[g], offsets[g + 1])
    for (const item of group) {
      if (item >= labels.length) checkLength(labels.length, item + 1, 'labels')
      const label = labels[item]!
      if (label >= 0) votes.set(label, (votes.get(label) ?? 0) + 1)
    }
    if (votes.size < 2) continue
    const most = Math.max(...votes.values())
    const winners = [...votes.keys()].filter((label) => votes.get(label) === most)
    const winner = winners.length === 1 ? winners[0]! : -1
    groups!.push(g)
    majority!.push(winner)
    for (const item of group) if (labels[item]! >= 0 && labels[item] !== winner) items!.push(item)
  }
  return { groups: Int32Array.from(groups!), majority: Int32Array.from(majority!), items: Int32Array.from(items!) }
}
