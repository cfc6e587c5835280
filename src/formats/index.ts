/** Datasets, class trees and tables read from files; labels written to them. @packageDocumentation */
export { readClasses, writeClasses } from './classes.ts'
export { readDataset, type Dataset, type DatasetOptions } from './dataset.ts'
export { writeCsv, writeJsonl, type ExportRow, type ExportRows } from './export.ts'
export type { ItemList } from './item-list.ts'
export { readTable, type Table, type TableRow } from './table.ts'
