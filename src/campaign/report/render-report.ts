import { certificateSection } from './certificate.ts'
import { channelsSection } from './channels.ts'
import { classesSection } from './classes.ts'
import { curveSection } from './curve.ts'
import { headline } from './headline.ts'
import { clip, html, trusted } from './markup.ts'
import { quarantineSection } from './quarantine.ts'
import { readingGuide } from './reading-guide.ts'
import type { ReportData } from './report-data.ts'
import { spendSection } from './spend.ts'
import { stylesheet } from './stylesheet.ts'
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
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${clip(data.title, 120)} · Labelwright report</title>
        <style>
          ${trusted(stylesheet)}
        </style>
      </head>
      <body>
        <main>
          ${headline(data)} ${certificateSection(data)} ${curveSection(data)} ${spendSection(data)}
          ${channelsSection(data)} ${uncertainSection(data)} ${classesSection(data)} ${quarantineSection(data)}
          ${readingGuide()}
        </main>
      </body>
    </html>`.toString()
}
