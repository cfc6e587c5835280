import { readFile } from 'node:fs/promises'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { html } from 'hono/html'
import { LabelwrightError } from '../core/error.ts'
import { errorCode } from '../files/file-error.ts'
import type { Project } from '../project/project.ts'
import { readAssets } from './assets.ts'
import type { Desk } from './desk.ts'
import { makeGate, type GateOptions, type ServerEnv } from './gate.ts'
import { choicesByLevel } from './questions.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { answerRequest, bodyOf, checked, questionsRequest, releaseRequest } from './requests.ts'

export interface AppOptions extends GateOptions {
  readonly onError: (thrown: unknown) => void
}

const sizeLimit = bodyLimit({
  maxSize: 16 * 1024,
  onError: () => {
    throw new LabelwrightError('too-large', 'The body has more than 16 KiB.', 'Send one answer at a time.')
  },
})

/** The report is one page of our own making without scripts; it carries its styles and thumbnails in itself. */
const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The routes of a project's server. */
export async function makeApp(
  project: Project,
  desk: Desk,
  { onError, ...gate }: AppOptions,
): Promise<Hono<ServerEnv>> {
  const assets = await readAssets()
  const choices = choicesByLevel(project.campaign.taxonomy)
  const app = new Hono<ServerEnv>()

  app.onError((thrown, c) => {
    const refusal = refusalOf(thrown)
    if (refusal.status === 500) onError(thrown)
    // A link on another site was followed: the cookie comes only when the page asks for itself.
    const isFollowed = refusal.status === 401 && c.req.header('sec-fetch-site') === 'cross-site'
    return c.req.path === '/'
      ? c.html(apology(refusal, isFollowed), refusal.status)
      : c.json({ error: refusal.error }, refusal.status)
  })
  app.notFound(() => {
    throw new LabelwrightError('not-found', 'There is nothing at this address.', 'The page is at /.')
  })
  app.use(makeGate(gate))

  app.get('/api/status', async (c) => c.json(await desk.status()))
  app.get('/api/choices', (c) => c.json(choices))
  app.get('/api/questions', async (c) => {
    return c.json({ questions: await desk.questions(checked(c.req.query(), questionsRequest)) })
  })
  app.get('/api/pictures/:index{[0-9]{1,9}}', async (c) => {
    const body = await desk.picture(Number(c.req.param('index')))
    return c.body(body, 200, { 'Content-Type': 'image/jpeg', 'Cache-Control': 'private, max-age=3600' })
  })
  app.post('/api/answers', sizeLimit, async (c) => {
    const isNew = await desk.answer(await bodyOf(c, answerRequest))
    return c.json({ isNew, status: await desk.status() })
  })
  app.post('/api/release', sizeLimit, async (c) => {
    await desk.release(await bodyOf(c, releaseRequest))
    return c.body(null, 204)
  })

  app.get('/report', async (c) => {
    const report = await readFile(project.paths.report).catch((thrown: unknown) => {
      if (errorCode(thrown) === 'ENOENT') return null
      throw thrown
    })
    if (!report) return c.html(noReport())
    return c.body(new Uint8Array(report), 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': reportPolicy,
    })
  })
  app.get('/', (c) => asset(c, 'index.html'))
  app.get('/:name{[a-z-]+\\.[a-z]+}', (c) => asset(c, c.req.param('name')))

  function asset(c: Context<ServerEnv>, name: string): Response | Promise<Response> {
    const found = assets.get(name)
    return found ? c.body(found.body, 200, { 'Content-Type': found.type }) : c.notFound()
  }
  return app
}

function noReport() {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>No report yet</title>
        <link rel="icon" href="/icon.svg" />
        <link rel="stylesheet" href="/page.css" />
      </head>
      <body>
        <main>
          <section class="message">
            <h2>No report yet</h2>
            <p>
              It is written at the end of every round, so the first one comes once the first questions are answered.
            </p>
            <p><a class="button" href="/">Back to the questions</a></p>
          </section>
        </main>
      </body>
    </html>`
}

/** Said to a browser that is not let in, so without the style sheet, which it would not get either. */
function apology({ error }: Refusal, reload: boolean) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${reload ? html`<meta http-equiv="refresh" content="0" />` : ''}
        <title>Labelwright</title>
      </head>
      <body>
        <h1>Labelwright</h1>
        <p>${error.problem}</p>
        <p>${error.fix}</p>
      </body>
    </html>`
}
