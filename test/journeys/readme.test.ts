import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startServer } from '../support/processes.ts'

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
const block = /<!-- A test runs this block as it stands\. -->\s+```sh\n([\s\S]+?)```/g
const stories = [...readme.matchAll(block)].map(([, story = '']) => story)

/** Answers of the stories as they come, and as the README shows them, with what differs each time taken out. */
const steady = (text: string): unknown =>
  JSON.parse(
    (text.startsWith('"') ? `{${text}}` : text) // a part of one
      .replace(/(chl|req|usr|sto|cat|prd|var)_(…|\w{26})/g, '$1')
      .replace(/"(accessToken|refreshToken|createdAt|nextCursor)":"[^"]+"/g, '"$1":"…"')
      .replace(/\b\d{6}\b/g, 'code')
      .replace(/"expires_in":\d+/, '"expires_in":0'),
  )

test("the README's stories go as they are told there", async (context) => {
  const server = await startServer({ NODE_ENV: 'development', DEMO_DATA: 'true' })
  const folder = await mkdtemp(join(tmpdir(), 'readme-'))
  context.after(async () => {
    await server.end()
    await rm(folder, { recursive: true })
  })

  const env = { PATH: process.env['PATH'], API: `${server.url}/api` }
  const counts = await Array.fromAsync(stories, async (story) => {
    const { stdout } = await promisify(execFile)('bash', ['-euc', story], { cwd: folder, env })
    const told = [...story.replace(/\n# {2}/g, '').matchAll(/^# (\{.+\}|".+)$/gm)].map(([, answer = '']) =>
      steady(answer),
    )
    assert.deepEqual(
      stdout
        .trim()
        .split(/(?<=\})(?=\{)|\n/)
        .map(steady),
      told,
    )
    return told.length
  })
  assert.deepEqual(counts, [5, 2, 6])
})
