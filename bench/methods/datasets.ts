import type { Dataset } from './dataset.ts'
import { caltech101, caltech101Tail } from './datasets/caltech101.ts'
import { cifar100 } from './datasets/cifar100.ts'
import { eurosat, eurosatTail } from './datasets/eurosat.ts'
import { grocery, groceryTail } from './datasets/grocery.ts'
import { sst2, sst2Tail, sst2TailNoisy } from './datasets/sst2.ts'
import { trec, trecTail, trecTailNoisy } from './datasets/trec.ts'

/** All, in the order of the tables. */
export const datasets: readonly Dataset[] = [
  caltech101,
  eurosat,
  grocery,
  cifar100,
  trec,
  sst2,
  caltech101Tail,
  eurosatTail,
  groceryTail,
  trecTail,
  trecTailNoisy,
  sst2Tail,
  sst2TailNoisy,
]
