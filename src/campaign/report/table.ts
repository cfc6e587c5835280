import { html, type Content, type Markup } from './markup.ts'

/** A column's heading; numbers are set flush right. */
interface Column {
  readonly title: string
  readonly numeric?: boolean
}

/** A plain table that scrolls sideways where it does not fit. */
export function table(columns: readonly Column[], rows: readonly (readonly Content[])[]): Markup {
  const kind = (column: number): string => (columns[column]?.numeric ? 'number' : 'word')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="table">
    <table>
      <thead>
        <tr>
          ${columns.map(({ title }, i) => html`<th scope="col" class="${kind(i)}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, i) => html`<td class="${kind(i)}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** Something to open by those who want to know. */
export function details(summary: string, content: Content): Markup {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`
}
