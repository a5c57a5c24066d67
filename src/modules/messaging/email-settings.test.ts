import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Env, readSection } from '../../platform/config/read-section.ts'
import { messagingSections } from './index.ts'

function faultsOf(env: Env, development = false): string[] {
  const faults: string[] = []
  for (const section of messagingSections) readSection(section, env, { development, now: 0 }, faults)
  return faults
}

const refused: [what: string, env: Env, sentence: RegExp][] = [
  [
    'a vendor that does not exist',
    { EMAIL_PROVIDERS: 'smtp,pigeon' },
    /^EMAIL_PROVIDERS names "pigeon"; known are smtp, sendgrid, console\.$/,
  ],
  ['a vendor of SMS', { EMAIL_PROVIDERS: 'twilio' }, /^EMAIL_PROVIDERS names "twilio"/],
  ['a vendor twice', { EMAIL_PROVIDERS: 'smtp,smtp' }, /^EMAIL_PROVIDERS names a vendor twice/],
  [
    'the console outside development',
    { EMAIL_PROVIDERS: 'console' },
    /^EMAIL_PROVIDERS names console, which sends to nobody/,
  ],
  ['a sender that is no address', { EMAIL_FROM: 'Shop <no-reply@shop.example>' }, /^EMAIL_FROM must be a bare address/],
  ['a name of two lines', { EMAIL_FROM_NAME: 'Shop\nBcc: x' }, /^EMAIL_FROM_NAME must be one line/],
  ['a name in brackets', { EMAIL_FROM_NAME: 'Shop <x>' }, /^EMAIL_FROM_NAME must be one line/],
  ['a host with a scheme', { SMTP_HOST: 'smtp://mail.example' }, /^SMTP_HOST must be a host name/],
  ['a port beyond ports', { SMTP_PORT: '70000' }, /^SMTP_PORT must be a whole number from 1 to 65535/],
  ['a word that is no security', { SMTP_SECURITY: 'ssl' }, /^SMTP_SECURITY must be one of starttls, tls, none/],
  [
    'mail in the clear to another machine',
    { SMTP_HOST: 'mail.example', SMTP_SECURITY: 'none' },
    /^SMTP_SECURITY=none sends codes/,
  ],
  [
    'starttls on the port of tls',
    { SMTP_HOST: 'mail.example', SMTP_PORT: '465' },
    /^SMTP_SECURITY must be tls for port 465/,
  ],
  [
    'tls on the port of starttls',
    { SMTP_HOST: 'mail.example', SMTP_SECURITY: 'tls' },
    /^SMTP_SECURITY must be starttls for port 587/,
  ],
  [
    'an address to which the key would go in the clear',
    { SENDGRID_BASE_URL: 'http://api.sendgrid.com' },
    /^SENDGRID_BASE_URL must be an https/,
  ],
  [
    'a key that checks nothing',
    { SENDGRID_WEBHOOK_PUBLIC_KEY: 'SG.4711' },
    /^SENDGRID_WEBHOOK_PUBLIC_KEY must be the verification key/,
  ],
  ['a key with a line break', { SENDGRID_API_KEY: 'SG.4711\nx' }, /^SENDGRID_API_KEY must be text in plain ASCII/],
]

describe('the settings of e-mail', () => {
  it('are sound when nothing is set', () => {
    assert.deepEqual(faultsOf({}), [])
  })

  it('are sound for a server on this machine, and for one that encrypts', () => {
    assert.deepEqual(faultsOf({ SMTP_HOST: '127.0.0.1', SMTP_PORT: '1025', SMTP_SECURITY: 'none' }), [])
    assert.deepEqual(faultsOf({ SMTP_HOST: 'mail.example', SMTP_PORT: '465', SMTP_SECURITY: 'tls' }), [])
    assert.deepEqual(faultsOf({ SMTP_HOST: 'mail.example', EMAIL_FROM: 'no-reply@shop.example' }), [])
    assert.deepEqual(faultsOf({ EMAIL_PROVIDERS: 'console' }, true), [])
  })

  for (const [what, env, sentence] of refused) {
    it(`refuse ${what}, in one sentence and without a secret`, () => {
      const faults = faultsOf(env)
      assert.equal(faults.length, 1, faults.join('\n'))
      assert.match(faults[0] ?? '', sentence)
      assert.doesNotMatch(faults.join(), /4711/)
    })
  }
})
