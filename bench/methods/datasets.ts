import type { Dataset } from './dataset.ts'
import { caltech101, caltech101Tail } from './datasets/caltech101.ts'
import { cifar100 } from './datasets/cifar100.ts'
import { eurosat, eurosatTail } from './datasets/eurosat.ts'
import { grocery, groceryPerfectCoarse, groceryTail } from './datasets/grocery.ts'
import { groceryOpen, groceryPeople } from './datasets/grocery-open.ts'
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
  groceryPerfectCoarse,
  trecTail,
  trecTailNoisy,
  sst2Tail,
  sst2TailNoisy,
]

/** The same pool without and with open data. */
export const openDataPair: readonly [Dataset, Dataset] = [groceryPeople, groceryOpen]
