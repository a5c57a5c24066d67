import type { KeptAnswer } from '../../platform/http/kept-answers.ts'
import { checksumOf } from './checksum.ts'

/** A whole answer as it is sent. Its `ETag` is a strong validator, a checksum of the bytes. */
export interface Page extends Omit<KeptAnswer, 'body'> {
  /** As text where it is not kept: a buffer for each answer costs more than to encode it on the way out. */
  body: Buffer | string
}

/** What an answer is made of, and which products it shows. */
export interface PageContent {
  text: string
  productIds: readonly string[]
}

export function pageOf<Body extends Page['body']>(body: Body, route: string): Page & { body: Body } {
  return {
    body,
    etag: `"${checksumOf(body)}"`,
    contentType: 'application/json; charset=utf-8',
    // Kept by browsers and proxies, and never used before asking whether it is still so.
    cacheControl: 'public, max-age=0, must-revalidate',
    route,
  }
}
