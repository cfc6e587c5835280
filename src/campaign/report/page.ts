import { clip, html, trusted, type Content } from './markup.ts'
import { stylesheet } from './stylesheet.ts'

/** A whole page that needs no network and no script; its own content security policy forbids scripts and anything loaded from elsewhere. */
export function page(title: string, content: Content): string {
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${clip(title, 120)} · Labelwright report</title>
        <style>
          ${trusted(stylesheet)}
        </style>
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html>`.toString()
}
