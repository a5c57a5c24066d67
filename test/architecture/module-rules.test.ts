import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { cruiseModules, type Violation } from '../../tools/cruise.ts'

/** A small tree in which every rule is broken once. What a file holds besides imports does not matter. */
const tree: Record<string, string> = {
  'package.json': '{"dependencies":{"fastify":"1"},"devDependencies":{"fast-check":"1"}}',
  'node_modules/fastify/package.json': '{"name":"fastify","main":"index.js"}',
  'node_modules/fastify/index.js': '',
  'node_modules/fast-check/package.json': '{"name":"fast-check","main":"index.js"}',
  'node_modules/fast-check/index.js': '',
  'test/support/inbox.ts': 'export const inbox = []',
  'src/main.ts': "import './app.ts'",
  'src/app.ts': [
    "import './modules/health/index.ts'",
    "import './modules/sign-in/index.ts'",
    "import './modules/messaging/send-sms.ts'",
    "import './modules/parcels/index.ts'",
  ].join('\n'),
  'src/platform/clock.ts': "import type { Health } from '../modules/health/index.ts'\nexport type Clock = Health",
  'src/modules/parcels/index.ts': 'export const parcels = 1',
  'src/modules/health/index.ts': [
    "import type { SignIn } from '../sign-in/index.ts'",
    "import '../../../test/support/inbox.ts'",
    "import 'fast-check'",
    "import './nowhere.ts'",
    'export type Health = SignIn',
  ].join('\n'),
  'src/modules/sign-in/index.ts': [
    "import './sign-in-routes.ts'",
    "import './verify-code.ts'",
    "import './challenge.ts'",
    'export type SignIn = 1',
  ].join('\n'),
  'src/modules/sign-in/sign-in-routes.ts': "import 'fastify'\nimport './redis-challenge-store.ts'",
  'src/modules/sign-in/redis-challenge-store.ts': "import './sign-in-routes.ts'",
  'src/modules/sign-in/verify-code.ts': "import 'fastify'\nimport '../messaging/send-sms.ts'\nimport '../../app.ts'",
  'src/modules/sign-in/challenge.ts': "import type { SignIn } from './index.ts'\nimport '../../platform/clock.ts'",
  'src/modules/sign-in/forgotten.ts': 'export const forgotten = 1',
  'src/modules/sign-in/verify-code.test.ts': "import 'fast-check'\nimport '../../../test/support/inbox.ts'",
  'src/modules/messaging/index.ts': "import './sms/providers/twilio.ts'",
  'src/modules/messaging/send-sms.ts': "import './index.ts'",
  'src/modules/messaging/sms/sms-provider.ts': 'export const contract = 1',
  'src/modules/messaging/sms/providers/twilio.ts':
    "import '../sms-provider.ts'\nimport '../../../../platform/clock.ts'",
}

/** The rule, the file that breaks it, and what that file imports (itself, when nothing reaches it). */
const broken: Violation[] = [
  { rule: 'health-uses-only-what-it-may', from: 'src/modules/health/index.ts', to: 'src/modules/sign-in/index.ts' },
  { rule: 'every-module-is-in-the-table', from: 'src/app.ts', to: 'src/modules/parcels/index.ts' },
  {
    rule: 'modules-meet-at-index',
    from: 'src/modules/sign-in/verify-code.ts',
    to: 'src/modules/messaging/send-sms.ts',
  },
  { rule: 'roots-use-index', from: 'src/app.ts', to: 'src/modules/messaging/send-sms.ts' },
  { rule: 'platform-knows-no-module', from: 'src/platform/clock.ts', to: 'src/modules/health/index.ts' },
  { rule: 'modules-know-no-root', from: 'src/modules/sign-in/verify-code.ts', to: 'src/app.ts' },
  { rule: 'src-stands-alone', from: 'src/modules/health/index.ts', to: 'test/support/inbox.ts' },
  { rule: 'production-packages-only', from: 'src/modules/health/index.ts', to: 'node_modules/fast-check/index.js' },
  { rule: 'no-unresolvable-imports', from: 'src/modules/health/index.ts', to: './nowhere.ts' },
  {
    rule: 'routes-call-use-cases',
    from: 'src/modules/sign-in/sign-in-routes.ts',
    to: 'src/modules/sign-in/redis-challenge-store.ts',
  },
  {
    rule: 'only-index-mounts-routes',
    from: 'src/modules/sign-in/redis-challenge-store.ts',
    to: 'src/modules/sign-in/sign-in-routes.ts',
  },
  { rule: 'only-routes-know-http', from: 'src/modules/sign-in/verify-code.ts', to: 'node_modules/fastify/index.js' },
  {
    rule: 'providers-stay-thin',
    from: 'src/modules/messaging/sms/providers/twilio.ts',
    to: 'src/platform/clock.ts',
  },
  { rule: 'pure-files-import-pure-files', from: 'src/modules/sign-in/challenge.ts', to: 'src/platform/clock.ts' },
  {
    rule: 'main-needs-every-file',
    from: 'src/modules/sign-in/forgotten.ts',
    to: 'src/modules/sign-in/forgotten.ts',
  },
]

describe('the rules between files', () => {
  const root = mkdtempSync(join(tmpdir(), 'module-rules-'))
  let found: Violation[] = []
  const isFound = (wanted: Violation) =>
    found.some(({ rule, from, to }) => rule === wanted.rule && from === wanted.from && to === wanted.to)

  before(async () => {
    for (const [file, content] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), content)
    }
    found = await cruiseModules(root)
  })
  after(() => rmSync(root, { recursive: true }))

  for (const violation of broken) {
    test(`${violation.rule} is broken by ${violation.from}`, () => {
      assert.ok(isFound(violation), `not found among ${JSON.stringify(found, null, 2)}`)
    })
  }

  test('no-cycles: two files that import each other are found', () => {
    assert.ok(found.some(({ rule, from }) => rule === 'no-cycles' && from.startsWith('src/modules/sign-in/')))
  })

  test('a test beside the code imports test support and development packages', () => {
    assert.deepEqual(
      found.filter(({ from }) => from.endsWith('.test.ts')),
      [],
    )
  })

  test('a pure file takes a type from anywhere in its module', () => {
    assert.ok(
      !isFound({
        rule: 'pure-files-import-pure-files',
        from: 'src/modules/sign-in/challenge.ts',
        to: 'src/modules/sign-in/index.ts',
      }),
    )
  })

  test('a provider imports its contract, routes import the framework', () => {
    const allowed = [
      ['src/modules/messaging/sms/providers/twilio.ts', 'src/modules/messaging/sms/sms-provider.ts'],
      ['src/modules/sign-in/sign-in-routes.ts', 'node_modules/fastify/index.js'],
    ]
    for (const [from, to] of allowed)
      assert.deepEqual(
        found.filter((each) => each.from === from && each.to === to),
        [],
      )
  })
})
