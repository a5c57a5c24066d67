import { defineSection, setting } from '../config/section.ts'
import { readTrustProxy } from './client-address.ts'

/** As browsers send it: small letters, no default port, nothing after the host. */
const isWebOrigin = (text: string): boolean =>
  /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text

export const httpSettings = defineSection({
  title: 'HTTP',
  settings: {
    host: setting.optionalText({
      env: 'API_HOST',
      description: 'Address to listen on.',
      otherwise: '127.0.0.1 in development, 0.0.0.0 otherwise',
    }),
    port: setting.integer({
      env: ['API_PORT', 'PORT'],
      default: 5000,
      maximum: 65535,
      description: 'Port to listen on; 0 takes a free one.',
    }),
    publicUrl: setting.optionalText({
      env: 'PUBLIC_URL',
      pattern: '^https?://[^/?#@\\s]+$',
      form: 'an address such as https://api.shop.example, without user and path',
      description:
        'Address at which vendors reach this server, without a path, such as https://api.shop.example. Delivery receipts need it.',
    }),
    corsOrigins: setting.list({
      env: 'CORS_ORIGINS',
      default: [],
      description: 'Web origins that may call the API, separated by commas.',
      otherwise: 'http://localhost:3000 in development, none otherwise',
    }),
    trustProxy: setting.list({
      env: 'TRUST_PROXY',
      default: [],
      description:
        'Proxies whose X-Forwarded-For counts: a number of hops (1 behind one load balancer) or their addresses (10.0.0.0/8).',
      otherwise: 'nobody: the address of the connection counts',
    }),
    apiDocs: setting.flag({ env: 'API_DOCS', default: true, description: 'Serve the try-it page at /docs.' }),
  },
  check: ({ publicUrl, corsOrigins, trustProxy }) => [
    ...(publicUrl === undefined || URL.canParse(publicUrl) ? [] : ['PUBLIC_URL is no address that can be called.']),
    ...(corsOrigins.every(isWebOrigin)
      ? []
      : [
          'CORS_ORIGINS must list whole origins such as https://shop.example, in small letters, without a path, a default port or a star.',
        ]),
    ...(readTrustProxy(trustProxy) === undefined
      ? [
          'TRUST_PROXY must be a number of hops or a list of proxy addresses; trusting everybody would let callers forge theirs.',
        ]
      : []),
  ],
})
