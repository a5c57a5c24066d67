import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isPublicAddress, urlFault } from './public-address.ts'

const production = { development: false }

describe('an address that messages may go to', () => {
  for (const address of ['8.8.8.8', '203.0.114.1', '2606:4700:4700::1111'])
    it(`is one of the internet: ${address}`, () => assert.equal(isPublicAddress(address), true))

  for (const address of [
    '127.0.0.1',
    '10.0.0.1',
    '172.16.3.4',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '192.0.2.1',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    '1.2.3',
    'example.com',
    '',
  ])
    it(`is not private, reserved, a wrapped one or none: ${address}`, () =>
      assert.equal(isPublicAddress(address), false))
})

describe('the URL of an endpoint', () => {
  it('may be any on the internet by https', () => {
    for (const url of ['https://shop.example/hooks', 'https://shop.example:8443/?key=1', 'https://8.8.8.8/'])
      assert.equal(urlFault(url, production), undefined)
  })

  const refused: [url: string, why: RegExp][] = [
    ['shop.example', /no address/],
    ['http://shop.example/', /not https/],
    ['ftp://shop.example/', /not https/],
    ['https://asha:secret@shop.example/', /user or a password/],
    ['https://shop.example/#part', /fragment/],
    ['http://127.0.0.1/', /not https/],
    ['https://localhost/', /not on the internet/],
    ['https://127.0.0.1/', /not on the internet/],
    ['https://2130706433/', /not on the internet/],
    ['https://0x7f.1/', /not on the internet/],
    ['https://[::1]/', /not on the internet/],
    ['https://[::ffff:a00:1]/', /not on the internet/],
    ['https://169.254.169.254/latest/meta-data', /not on the internet/],
  ]
  for (const [url, why] of refused)
    it(`is refused in production: ${url}`, () => assert.match(urlFault(url, production) ?? '', why))

  it('may be of this machine by http in development, and of no other', () => {
    const development = { development: true }
    for (const url of ['http://127.0.0.1:5001/', 'http://localhost/', 'http://[::1]:5001/'])
      assert.equal(urlFault(url, development), undefined)
    for (const url of ['http://10.0.0.1/', 'http://127.evil.example/', 'http://shop.example/'])
      assert.match(urlFault(url, development) ?? '', /neither https/)
  })
})
