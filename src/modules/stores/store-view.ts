import type { DarkStore, DetailedStore } from './dark-store.ts'

type Shown<Store extends DarkStore> = Omit<Store, 'createdAt' | 'updatedAt' | 'archivedAt'> & {
  createdAt: string
  updatedAt: string
  archivedAt: string | null
}

export type StoreView = Shown<DetailedStore>

/** As clients see it. */
export const toStoreView = <Store extends DarkStore>(store: Store): Shown<Store> => ({
  ...store,
  createdAt: store.createdAt.toISOString(),
  updatedAt: store.updatedAt.toISOString(),
  archivedAt: store.archivedAt?.toISOString() ?? null,
})
