import { LRUCache } from 'lru-cache'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { KeptAnswer } from '../../platform/http/kept-answers.ts'
import { type PageKind, readShelfKey, type StoreChanges, tagsOf } from './page-cache-changes.ts'
import { type Page, type PageContent, pageOf } from './page-cache-page.ts'

export interface PageRequest {
  /** The same for the same answer, however it was asked for. */
  key: string
  /** As it came, so that the next request like it finds the page by that alone. */
  url: string
  storeId?: string | undefined
  kind: PageKind
  /** Of the route that answers. */
  route: string
}

/**
 * Whole answers, in the memory of this process. A page is handed out only while the change feed is current, so never
 * one that is older than a second; what cannot be known to be so is read anew.
 */
export interface PageCache {
  /** The page that answers this URL, byte by byte the same as one before. Costs next to nothing. */
  find(url: string): KeptAnswer | undefined
  /**
   * The page, made when there is none. Who asks for the same at the same time gets the same. A page that was begun
   * before a change was told is sent, and not kept.
   * @throws what `make` throws
   */
  read(request: PageRequest, make: () => Promise<PageContent>): Promise<Page>
}

export interface PageCacheDeps {
  changes: Pick<ChangeFeed, 'follow' | 'isCurrent'>
  /** 0 keeps nothing. */
  maxBytes: number
  telemetry: { found(): void; missed(): void }
}

interface Entry {
  key: string
  page: KeptAnswer
  tags: string[]
  urls: string[]
  /** How many pages had been found when this one last was put in front. */
  usedAt: number
}

/** So that one page cannot fill the memory with ways to ask for it. */
const mostUrls = 8
const longestUrl = 600
/** What an entry needs besides its bytes, and for each tag. */
const entryBytes = 600
const tagBytes = 150
/** An order that is so many pages old is good enough to drop the last of thousands; keeping it exact costs 9 % of an answer. */
const mostBehind = 256

export function createPageCache({ changes, maxBytes, telemetry }: PageCacheDeps): PageCache {
  if (maxBytes === 0)
    return { find: () => undefined, read: async ({ route }, make) => pageOf((await make()).text, route) }

  const byUrl = new Map<string, Entry>()
  const byTag = new Map<string, Set<Entry>>()
  const underWay = new Map<string, { age: number; page: Promise<Page> }>()
  /** How often something was told: of everything, and of each store. */
  let changesOfAll = 0
  const changesOfStore = new Map<string, number>()
  const ageOf = (storeId: string | undefined): number => changesOfAll + (changesOfStore.get(storeId ?? '') ?? 0)

  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ page, tags }) => page.body.length + entryBytes + tags.length * tagBytes,
    dispose(entry) {
      for (const url of entry.urls) byUrl.delete(url)
      for (const tag of entry.tags) {
        const tagged = byTag.get(tag)
        tagged?.delete(entry)
        if (tagged?.size === 0) byTag.delete(tag)
      }
    },
  })

  let found = 0
  function use(entry: Entry): KeptAnswer {
    telemetry.found()
    found += 1
    if (found - entry.usedAt > mostBehind) {
      entry.usedAt = found
      entries.get(entry.key)
    }
    return entry.page
  }

  function forgetAll(): void {
    changesOfAll += 1
    entries.clear()
  }

  function forget({ storeId, tags }: StoreChanges): void {
    changesOfStore.set(storeId, (changesOfStore.get(storeId) ?? 0) + 1)
    for (const tag of tags) for (const entry of [...(byTag.get(tag) ?? [])]) entries.delete(entry.key)
  }

  changes.follow('categories', forgetAll)
  changes.follow('synonyms', forgetAll)
  changes.follow('stores', (keys) => {
    if (keys === 'everything') return forgetAll()
    for (const storeId of new Set(keys)) forget({ storeId, tags: [`store ${storeId}`] })
  })
  changes.follow('shelf', (keys) => {
    if (keys === 'everything') return forgetAll()
    for (const key of new Set(keys)) forget(readShelfKey(key))
  })

  function alias(entry: Entry, url: string): void {
    if (url.length > longestUrl || entry.urls.length === mostUrls || byUrl.has(url)) return
    entry.urls.push(url)
    byUrl.set(url, entry)
  }

  function keep({ key, url, storeId, kind }: PageRequest, page: KeptAnswer, productIds: readonly string[]): void {
    const entry = { key, page, tags: tagsOf(kind, storeId, productIds), urls: [], usedAt: found }
    entries.set(key, entry)
    if (entries.peek(key) !== entry) return // larger than the whole cache
    for (const tag of entry.tags) {
      const tagged = byTag.get(tag)
      if (tagged) tagged.add(entry)
      else byTag.set(tag, new Set([entry]))
    }
    alias(entry, url)
  }

  async function makePage(request: PageRequest, age: number, make: () => Promise<PageContent>): Promise<Page> {
    const { text, productIds } = await make()
    const page = pageOf(Buffer.from(text), request.route)
    if (age === ageOf(request.storeId)) keep(request, page, productIds)
    return page
  }

  return {
    find(url) {
      const entry = byUrl.get(url)
      if (!entry || !changes.isCurrent()) return undefined
      return use(entry)
    },
    async read(request, make) {
      const isCurrent = changes.isCurrent()
      const entry = isCurrent ? entries.peek(request.key) : undefined
      if (entry) {
        alias(entry, request.url)
        return use(entry)
      }
      telemetry.missed()
      const age = ageOf(request.storeId)
      const others = underWay.get(request.key)
      if (isCurrent && others?.age === age) return others.page
      const page = makePage(request, age, make)
      const own = { age, page }
      underWay.set(request.key, own)
      try {
        return await page
      } finally {
        if (underWay.get(request.key) === own) underWay.delete(request.key)
      }
    },
  }
}
