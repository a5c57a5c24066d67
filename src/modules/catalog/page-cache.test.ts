import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ChangeListener } from '../../platform/changes/change-feed.ts'
import { createPageCache, type PageRequest } from './page-cache.ts'
import type { PageContent } from './page-cache-page.ts'

const telemetry = { found: () => undefined, missed: () => undefined }

/** A cache behind a feed that the test tells things through. */
function aCache({ maxBytes = 1_000_000 } = {}) {
  const listeners = new Map<string, ChangeListener>()
  const feed = { isCurrent: true }
  const pages = createPageCache({
    changes: {
      follow: (topic, listener) => void listeners.set(topic, listener),
      isCurrent: () => feed.isCurrent,
    },
    maxBytes,
    telemetry,
  })
  let made = 0
  return {
    pages,
    feed,
    tell: (topic: string, ...keys: string[]) => listeners.get(topic)?.(keys),
    loseTrack: () => {
      for (const listener of listeners.values()) listener('everything')
    },
    /** What is answered; `made` counts those that were not kept. */
    async ask(request: PageRequest, content: Partial<PageContent> = {}) {
      const { body } = await pages.read(request, async () => {
        made += 1
        return { text: `${request.key} ${made}`, productIds: [], ...content }
      })
      return body.toString()
    },
    made: () => made,
  }
}

const list = (name: string, storeId = 'S'): PageRequest => ({
  key: name,
  url: `/${name}`,
  storeId,
  kind: 'list',
  route: '/',
})
const product = (id: string, storeId = 'S'): PageRequest => ({
  key: `${storeId} ${id}`,
  url: `/${storeId}/${id}`,
  storeId,
  kind: 'product',
  route: '/',
})
const tree = (storeId?: string): PageRequest => ({
  key: `tree ${storeId}`,
  url: `/tree/${storeId}`,
  storeId,
  kind: 'tree',
  route: '/',
})

describe('the page cache', () => {
  test('makes a page once, and gives it to whoever asks for it in any way', async () => {
    const { ask, pages, made } = aCache()
    const first = await ask(list('a'))
    assert.equal(await ask(list('a')), first)
    assert.equal(await ask({ ...list('a'), url: '/other' }), first)
    assert.equal(pages.find('/a')?.body.toString(), first)
    assert.equal(pages.find('/other')?.body.toString(), first)
    assert.equal(pages.find('/unknown'), undefined)
    assert.equal(made(), 1)
  })

  test('has one validator for the same bytes and another for others', async () => {
    const { pages } = aCache()
    const read = (key: string, text: string) => pages.read(list(key), async () => ({ text, productIds: [] }))
    const [one, same, other] = [await read('1', 'x'), await read('2', 'x'), await read('3', 'y')]
    assert.equal(one.etag, same.etag)
    assert.notEqual(one.etag, other.etag)
    assert.match(one.etag, /^"[0-9a-f]{16}"$/)
  })

  test('has the same validator for a page whether it keeps it or not', async () => {
    const texts = ['', 'x', 'दूध 500 ml, café, 🥛', 'ध'.repeat(100_000)]
    for (const text of texts) {
      const read = (maxBytes: number) =>
        aCache({ maxBytes }).pages.read(list('a'), async () => ({ text, productIds: [] }))
      assert.equal((await read(1_000_000)).etag, (await read(0)).etag)
    }
  })

  test('makes one page for many who ask at once, and asks again after a failure', async () => {
    const { pages } = aCache()
    let made = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    const make = async (): Promise<PageContent> => {
      made += 1
      await promise
      if (made === 1) throw new Error('no')
      return { text: 'x', productIds: [] }
    }
    const asked = Array.from({ length: 10 }, () => pages.read(list('a'), make))
    resolve()
    const outcomes = await Promise.allSettled(asked)
    assert.equal(made, 1)
    assert.ok(outcomes.every(({ status }) => status === 'rejected'))
    assert.equal((await pages.read(list('a'), make)).body.toString(), 'x')
  })

  const whatFalls = [
    { key: 'S P content', falls: ['list', 'other list', 'tree', 'P'] },
    { key: 'S P stock', falls: ['list', 'other list', 'P'] },
    { key: 'S P left', falls: ['list', 'P'] },
    { key: 'S *', falls: ['list', 'other list', 'tree', 'P', 'Q'] },
    { key: 'T P content', falls: [] },
    { key: 'S R left', falls: [] },
  ]
  for (const { key, falls } of whatFalls)
    test(`after "${key}" makes ${falls.join(', ') || 'nothing'} anew, and nothing else`, async () => {
      const { ask, tell, pages } = aCache()
      const all: Record<string, [PageRequest, string[]]> = {
        list: [list('list'), ['P', 'Q']],
        'other list': [list('other'), ['Q']],
        tree: [tree('S'), []],
        P: [product('P'), ['P']],
        Q: [product('Q'), ['Q']],
        'tree of all': [tree(), []],
      }
      const before = new Map<string, string>()
      for (const [name, [request, productIds]] of Object.entries(all))
        before.set(name, await ask(request, { productIds }))
      tell('shelf', key)
      for (const [name, [request]] of Object.entries(all))
        assert.equal(pages.find(request.url) === undefined, falls.includes(name), name)
      for (const [name, [request]] of Object.entries(all))
        assert.equal((await ask(request)) !== before.get(name), falls.includes(name), name)
    })

  test('forgets everything when categories or synonyms changed, or it is not known what did', async () => {
    const { ask, tell, loseTrack, pages } = aCache()
    for (const forget of [() => tell('categories', 'all'), () => tell('synonyms', 'all'), loseTrack]) {
      for (const request of [list('a'), tree(), product('P')]) await ask(request)
      forget()
      for (const { url } of [list('a'), tree(), product('P')]) assert.equal(pages.find(url), undefined)
    }
  })

  test('sends a page that was begun before a change, and does not keep it', async () => {
    const { pages, tell, ask } = aCache()
    const { promise, resolve } = Promise.withResolvers<PageContent>()
    const begun = pages.read(list('a'), () => promise)
    tell('shelf', 'S P content')
    const after = ask(list('a'))
    resolve({ text: 'old', productIds: ['P'] })
    assert.equal((await begun).body.toString(), 'old')
    assert.equal(await after, 'a 1', 'who asks after the change does not wait for what was begun before')
    assert.equal(pages.find('/a')?.body.toString(), 'a 1')
  })

  test('uses nothing while the feed is behind, nor what others began', async () => {
    const { ask, pages, feed } = aCache()
    await ask(list('a'))
    feed.isCurrent = false
    assert.equal(pages.find('/a'), undefined)
    assert.equal(await ask(list('a')), 'a 2')
    const [one, other] = await Promise.all([ask(list('a')), ask(list('a'))])
    assert.notEqual(one, other)
    feed.isCurrent = true
    assert.equal(pages.find('/a')?.body.toString().startsWith('a '), true)
  })

  test('keeps nothing when it has no memory', async () => {
    const { ask, pages } = aCache({ maxBytes: 0 })
    assert.equal(await ask(list('a')), 'a 1')
    assert.equal(await ask(list('a')), 'a 2')
    assert.equal(pages.find('/a'), undefined)
  })

  test('stays within its memory, and answers what does not fit', async () => {
    const { ask, pages } = aCache({ maxBytes: 20_000 })
    const urls = Array.from({ length: 50 }, (_, at) => `p${at}`)
    for (const name of urls) await ask(list(name), { text: 'x'.repeat(4000) })
    const kept = urls.filter((name) => pages.find(`/${name}`))
    assert.ok(kept.length <= 5 && kept.includes('p49'), kept.join(' '))
    assert.equal((await ask(list('large'), { text: 'x'.repeat(30_000) })).length, 30_000)
    assert.equal(pages.find('/large'), undefined)
  })

  test('remembers few ways to ask for one page, and no long ones', async () => {
    const { ask, pages } = aCache()
    for (let at = 0; at < 50; at += 1) await ask({ ...list('a'), url: `/a?${at}` })
    await ask({ ...list('b'), url: `/${'x'.repeat(1000)}` })
    const known = Array.from({ length: 50 }, (_, at) => `/a?${at}`).filter((url) => pages.find(url))
    assert.equal(known.length, 8)
    assert.equal(pages.find(`/${'x'.repeat(1000)}`), undefined)
  })

  test('keeps a page that is asked for all the time when others make it full', async () => {
    const { ask, pages } = aCache({ maxBytes: 10_000 })
    await ask(list('used'))
    for (let at = 0; at < 50; at += 1) {
      for (let times = 0; times < 300; times += 1) pages.find('/used')
      await ask(list(`other ${at}`))
    }
    assert.ok(pages.find('/used'))
    assert.equal(pages.find('/other 0'), undefined)
  })

  test('never gives out what is older than a change that was told, whatever the order of things', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('ask' as const), store: fc.constantFrom('S', 'T'), name: fc.constantFrom('a', 'b') }),
      fc.record({ do: fc.constant('finish' as const), at: fc.nat(3) }),
      fc.record({ do: fc.constant('change' as const), store: fc.constantFrom('S', 'T') }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { pages, tell } = aCache()
        const version = { S: 0, T: 0 }
        const open: (() => void)[] = []
        const answers: Promise<void>[] = []
        for (const each of steps) {
          if (each.do === 'ask') {
            const store = each.store as 'S' | 'T'
            const least = version[store]
            const request = list(`${store} ${each.name}`, store)
            const kept = pages.find(request.url)
            if (kept) assert.ok(Number(kept.body.toString()) >= least)
            const answer = pages.read(request, async () => {
              const text = String(version[store]) // read now, sent later
              await new Promise<void>((resolve) => open.push(resolve))
              return { text, productIds: [] }
            })
            answers.push(answer.then(({ body }) => assert.ok(Number(body.toString()) >= least)))
          } else if (each.do === 'finish') {
            open.splice(each.at, 1)[0]?.()
            for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
          } else {
            version[each.store as 'S' | 'T'] += 1
            tell('shelf', `${each.store} P content`)
          }
        }
        for (const finish of open) finish()
        await Promise.all(answers)
      }),
    )
  })
})
