import { defineSection, setting } from '../config/section.ts'
import { readTrustProxy } from './client-address.ts'

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
      pattern: '^https?://[^/?#\\s]+$',
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
  check: ({ corsOrigins, trustProxy }) => [
    ...(corsOrigins.every((origin) => /^https?:\/\/[^/?#\s*]+$/.test(origin))
      ? []
      : ['CORS_ORIGINS must list whole origins such as https://shop.example, without a path or a star.']),
    ...(readTrustProxy(trustProxy) === undefined
      ? [
          'TRUST_PROXY must be a number of hops or a list of proxy addresses; trusting everybody would let callers forge theirs.',
        ]
      : []),
  ],
})
