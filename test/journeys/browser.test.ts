import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { freePort, type ServerProcess, startServer } from '../support/processes.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))
const quiet = [
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
]

describe('in a browser', { skip: executablePath ? false : 'no chromium on this machine' }, () => {
  let browser: Browser
  let server: ServerProcess
  /** The origin of the web shop, and one that is not it. */
  let shop: string
  let stranger: string
  const pages = createServer(
    (_request, response) => void response.setHeader('content-type', 'text/html').end('<p>shop'),
  )

  before(async () => {
    const port = await freePort()
    await new Promise<void>((resolve) => void pages.listen(port, '127.0.0.1', resolve))
    shop = `http://localhost:${port}`
    stranger = `http://127.0.0.1:${port}`
    server = await startServer({ NODE_ENV: 'development', CORS_ORIGINS: shop })
    browser = await chromium.launch({
      ...(executablePath && { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', ...quiet.map((name) => `--${name}`)],
    })
  })
  after(async () => {
    await browser?.close()
    await server?.end()
    pages.close()
  })

  const open = async (url: string): Promise<{ page: Page; errors: string[] }> => {
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
    page.on('pageerror', (error) => void errors.push(error.message))
    await page.goto(url)
    return { page, errors }
  }

  /** Calls the API from a page as the web shop does, and gives back what the page could read. */
  const call = (page: Page, path: string, body?: unknown) =>
    page.evaluate(
      async ([url, payload]) => {
        const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: payload ?? '' }
        const response = await fetch(url, payload === null ? {} : options)
        return (await response.json()) as Record<string, unknown>
      },
      [`${server.url}/api${path}`, body === undefined ? null : JSON.stringify(body)] as const,
    )

  test('the web shop signs a person in from its own origin, after a wrong try', async () => {
    const { page } = await open(shop)
    const phoneNumber = '9876543210'
    assert.equal((await call(page, '/health'))['success'], true)
    const sent = await call(page, '/send-otp', { phoneNumber })
    assert.deepEqual([sent['success'], sent['development_mode']], [true, true])
    const wrong = sent['otp'] === '000000' ? '000001' : '000000'
    assert.equal((await call(page, '/verify-otp', { phoneNumber, otp: wrong }))['message'], 'Invalid OTP')
    assert.equal((await call(page, '/verify-otp', { phoneNumber, otp: sent['otp'] }))['success'], true)
    assert.equal((await call(page, '/nothing'))['message'], 'Endpoint not found')
  })

  test('a page of another origin can read nothing', async () => {
    const { page } = await open(stranger)
    await assert.rejects(call(page, '/send-otp', { phoneNumber: '9876543210' }), /Failed to fetch/)
  })

  test('the try-it page shows every operation and runs one', async () => {
    const { page, errors } = await open(`${server.url}/docs`)
    await page.waitForSelector('.opblock')
    assert.ok((await page.locator('.opblock').count()) >= 7)
    await page.locator('.opblock-get', { hasText: '/api/health/live' }).locator('.opblock-summary').click()
    await page.locator('.btn.execute').click()
    await page.waitForSelector('.live-responses-table')
    assert.match((await page.locator('.live-responses-table').textContent()) ?? '', /"success": true/)
    assert.deepEqual(errors, [])
  })

  test('the try-it page takes an access token, and sends it', async () => {
    const { page: shopPage } = await open(shop)
    const phoneNumber = '9876543211'
    const { otp } = await call(shopPage, '/send-otp', { phoneNumber })
    const { accessToken } = await call(shopPage, '/verify-otp', { phoneNumber, otp })

    const { page, errors } = await open(`${server.url}/docs`)
    await page.locator('.btn.authorize').first().click()
    await page.locator('.auth-container input').fill(String(accessToken))
    await page.locator('.auth-btn-wrapper .authorize').click()
    await page.locator('.auth-btn-wrapper .btn-done').click()
    const operation = page.locator('#operations-account-getMe')
    await operation.locator('.opblock-summary-control').click()
    await operation.locator('.btn.execute').click()
    await operation.locator('.live-responses-table').waitFor()
    assert.match((await operation.locator('.live-responses-table').textContent()) ?? '', /"phone": "\+919876543211"/)
    assert.deepEqual(errors, [])
  })
})
