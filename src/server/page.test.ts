import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Question } from '../core/question.ts'
import type { Project } from '../project/project.ts'
import { openColours } from './colour-project.ts'
import { startServer, type RunningServer } from './server.ts'

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? ''
const quiet = [
  'no-sandbox',
  'disable-gpu',
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
]
const anna = '{ id: anna, kind: human, price: { answer: 1 } }'

vi.setConfig({ testTimeout: 30_000 })
const inChromium = test.skipIf(!executablePath)

let browser: Browser
const endings: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  if (executablePath) browser = await chromium.launch({ executablePath, args: quiet.map((name) => `--${name}`) })
}, 30_000)
afterAll(() => browser?.close())
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

interface Visit {
  readonly page: Page
  readonly project: Project
  readonly server: RunningServer
  /** What the page complained about. */
  readonly complaints: string[]
}

/** @param asked - What anna is asked in the first round, item by item; default: what the campaign plans. */
async function visit(says: Parameters<typeof openColours>[1], asked: readonly Question[] = []): Promise<Visit> {
  const dir = await mkdtemp(join(tmpdir(), 'labelwright-'))
  endings.push(() => rm(dir, { recursive: true }))
  const project = await openColours(dir, says)
  endings.push(() => project.close())
  const { store, items } = project.campaign
  await store.registerItems(items)
  const key = { annotator: 'anna', attempt: 0, reserved: 1, purpose: 'learn' } as const
  const planned = asked.map((question, item) => ({ ...key, item, question }))
  if (planned.length > 0) await store.planRound(0, planned, 1e6)
  const server = await startServer(project, { clock: { now: () => Date.now() } })
  endings.push(() => server.close())
  const page = await browser.newPage()
  endings.push(() => page.close())
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => complaints.push('a dialog')))
  await page.goto(server.url)
  return { page, project, server, complaints }
}

const picture = (page: Page): Promise<string | null> => page.locator('#stage img').getAttribute('src')

/** The picture that follows the given one, once it can be answered. */
async function nextPicture(page: Page, before: string | null): Promise<string | null> {
  await vi.waitFor(async () => expect(await picture(page)).not.toBe(before), 5000)
  await page.locator('#ask[aria-busy=false]').waitFor()
  return picture(page)
}

const said = async (project: Project): Promise<unknown[]> =>
  (await project.campaign.store.answers()).map(({ answer }) => answer)

inChromium('a key answers, the next picture is there at once, and the answer is in the ledger', async () => {
  const { page, project, complaints } = await visit({ annotators: anna })
  const first = await nextPicture(page, null)
  await page.keyboard.press('2')
  expect(await picture(page)).not.toBe(first)
  await nextPicture(page, first)
  // The next answer sends the one before it.
  await page.keyboard.press('1')
  await vi.waitFor(async () => expect(await said(project)).toEqual([{ kind: 'label', label: 'blue' }]), 2000)
  expect(complaints).toEqual([])
})

inChromium('an answer is taken back before it is sent, and the circle turns on the page', async () => {
  const { page, project, complaints } = await visit({ annotators: anna })
  const first = await nextPicture(page, null)
  await page.keyboard.press('1')
  await nextPicture(page, first)
  await page.keyboard.press('z')
  await vi.waitFor(async () => expect(await picture(page)).toBe(first))
  expect(await said(project)).toEqual([])

  await page.locator('#ask[aria-busy=false]').waitFor()
  await page.keyboard.press('x')
  let shown = first
  for (let i = 1; i < 5; i++) {
    shown = await nextPicture(page, shown)
    await page.keyboard.press(String(1 + (i % 2)))
  }
  await page.getByText('Round 2').waitFor()
  await page.locator('#stage img').waitFor()
  expect(await said(project)).toContainEqual({ kind: 'abstain', reason: 'cannot tell' })
  expect(complaints).toEqual([])
})

inChromium('answers given while the server is away are kept through a reload and sent when it is back', async () => {
  const { page, project } = await visit({ annotators: anna })
  const first = await nextPicture(page, null)
  await page.route('**/api/answers', (route) => route.abort())
  await page.keyboard.press('1')
  await nextPicture(page, first)
  await page.keyboard.press('1')
  await page.locator('#saved', { hasText: '2 waiting, offline' }).waitFor()
  expect(await said(project)).toEqual([])

  await page.reload()
  await page.unroute('**/api/answers')
  await page.locator('#saved', { hasText: 'all saved' }).waitFor()
  await vi.waitFor(async () => expect(await said(project)).toHaveLength(2), 10_000)
})

const isRed = { kind: 'verify', label: 'red' } as const
const isBlue = { kind: 'verify', label: 'blue' } as const

inChromium(
  'yes and no are a key each, one class after the other, and a verdict is taken back as a class is',
  async () => {
    const { page, project, complaints } = await visit({ annotators: anna }, [isRed, isBlue, isRed, isRed])
    const first = await nextPicture(page, null)
    await page.getByRole('heading', { name: 'Is this red?' }).waitFor()
    await page.keyboard.press('y')
    const third = await nextPicture(page, first)
    // A digit, a habit from other questions, means nothing here.
    await page.keyboard.press('1')
    await page.keyboard.press('ArrowLeft')
    const fourth = await nextPicture(page, third)
    await page.keyboard.press('z')
    await vi.waitFor(async () => expect(await picture(page)).toBe(third))
    await page.locator('#ask[aria-busy=false]').waitFor()
    await page.getByRole('button', { name: 'No N' }).click()
    await nextPicture(page, third)
    await page.keyboard.press('x')
    await nextPicture(page, fourth)

    await page.getByRole('heading', { name: 'Is this blue?' }).waitFor()
    expect(await page.locator('#about').textContent()).toBe('Like the sky')
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('yes', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('ArrowRight')
    await vi.waitFor(async () => expect(await said(project)).toHaveLength(4), 10_000)
    expect(await said(project)).toEqual([
      { kind: 'verdict', approved: true },
      { kind: 'verdict', approved: true },
      { kind: 'verdict', approved: false },
      { kind: 'abstain', reason: 'cannot tell' },
    ])
    expect(complaints).toEqual([])
  },
)

inChromium('a class that is asked about comes with its parent, and a hostile name is only a name', async () => {
  const hostile = '<img src=x onerror=alert(1)>'
  const classes = `{ warm: [red, '${hostile}'], cold: [blue] }`
  const asked = [{ kind: 'verify', label: hostile }, { kind: 'classify', level: 'class' }, isBlue] as const
  const { page, project, complaints } = await visit({ annotators: anna, classes }, asked)
  const first = await nextPicture(page, null)
  await page.getByRole('heading', { name: `Is this ${hostile}?` }).waitFor()
  expect(await page.locator('#about').textContent()).toBe('warm')
  await page.keyboard.press('n')
  const second = await nextPicture(page, first)
  // Yes and no mean nothing to a question of which class.
  await page.keyboard.press('y')
  await page.keyboard.press('1')
  await nextPicture(page, second)
  await page.keyboard.press('n')
  await vi.waitFor(async () => expect(await said(project)).toHaveLength(3), 10_000)
  expect(await said(project)).toEqual([
    { kind: 'verdict', approved: false },
    { kind: 'label', label: 'red' },
    { kind: 'verdict', approved: false },
  ])
  expect(complaints).toEqual([])
})

inChromium('many classes are found by typing, and a hostile name is only a name', async () => {
  const hostile = '<img src=x onerror=alert(1)>'
  const names = ['Crème brûlée', ...'bcdefghij'.split('')].map((name) => `'${name}'`)
  const { page, project, complaints } = await visit({
    annotators: anna,
    classes: `['${hostile}', ${names.join(', ')}]`,
  })
  const first = await nextPicture(page, null)
  expect(await page.locator('#choices img').count()).toBe(0)
  await page.keyboard.type('brul')
  await page.getByText('Enter: Crème brûlée').waitFor()
  await page.keyboard.press('Enter')
  await nextPicture(page, first)
  await page.keyboard.type('onerror')
  await page.keyboard.press('Enter')
  await vi.waitFor(async () => expect(await said(project)).toHaveLength(2), 10_000)
  expect(await said(project)).toEqual(
    expect.arrayContaining([
      { kind: 'label', label: 'Crème brûlée' },
      { kind: 'label', label: hostile },
    ]),
  )
  expect(complaints).toEqual([])
})

inChromium(
  'people say who they are where there are several, and without people the page only tells how it stands',
  async () => {
    const several = await visit({ annotators: `${anna}, { id: ben, kind: human, price: { answer: 1 } }` })
    await several.page.getByRole('button', { name: 'ben' }).click()
    await nextPicture(several.page, null)
    const nobody = await visit({ annotators: '{ id: truth, kind: oracle, labels: colour, price: { answer: 1 } }' })
    await nobody.page.getByRole('heading', { name: 'Nobody answers on this page' }).waitFor()
    expect([...several.complaints, ...nobody.complaints]).toEqual([])
    expect(await nobody.project.campaign.store.plannedRounds()).toBe(0)
  },
)
