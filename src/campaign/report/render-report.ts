import { certificateSection } from './certificate.ts'
import { channelsSection } from './channels.ts'
import { classesSection } from './classes.ts'
import { curveSection } from './curve.ts'
import { headline } from './headline.ts'
import { page } from './page.ts'
import { quarantineSection } from './quarantine.ts'
import { readingGuide } from './reading-guide.ts'
import type { ReportData } from './report-data.ts'
import { spendSection } from './spend.ts'
import { uncertainSection } from './uncertain.ts'

/**
 * Writes a campaign's report as one HTML page that needs no network and no script.
 *
 * Every text of the data is escaped, and the page's own content security policy forbids scripts and anything loaded from elsewhere.
 * Long lists are cut and the page says by how much; its size is bounded but for 48 pictures.
 *
 * @example
 * ```ts
 * await writeFile('report.html', renderReport(data))
 * ```
 */
export function renderReport(data: ReportData): string {
  return page(data.title, [
    headline(data),
    certificateSection(data),
    curveSection(data),
    spendSection(data),
    channelsSection(data),
    uncertainSection(data),
    classesSection(data),
    quarantineSection(data),
    readingGuide(),
  ])
}
