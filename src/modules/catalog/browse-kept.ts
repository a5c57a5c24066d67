import { LRUCache } from 'lru-cache'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'

/** What was read of the database, until it changes; never used while changes may have been missed. */
export interface Kept<T> {
  read(key: string, load: () => Promise<T>): Promise<T>
}

/** Whether keys of a topic make old what is kept. */
export type IsAffected = (keys: readonly string[]) => boolean

/** All of it is forgotten when something is told of one of the topics. What was read meanwhile is not kept. */
export function createKept<T extends object>({
  changes,
  max,
  topics,
}: {
  changes: Pick<ChangeFeed, 'follow' | 'isCurrent'>
  max: number
  topics: Readonly<Record<string, IsAffected>>
}): Kept<T> {
  const values = new LRUCache<string, T>({ max })
  let age = 0
  for (const [topic, isAffected] of Object.entries(topics))
    changes.follow(topic, (keys) => {
      if (keys !== 'everything' && !isAffected(keys)) return
      age += 1
      values.clear()
    })

  return {
    async read(key, load) {
      const known = changes.isCurrent() ? values.get(key) : undefined
      if (known !== undefined) return known
      const before = age
      const value = await load()
      if (before === age) values.set(key, value)
      return value
    },
  }
}
