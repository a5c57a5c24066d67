import { type AreaCells, cellAt, covers } from './area-cells.ts'
import type { Point } from './dark-store.ts'
import type { ServingStore } from './serviceability.ts'

type ByCell = Map<string, ServingStore[]>

/** Stores by the cells of their areas. */
export interface AreaIndex {
  /** In the place of the store of this id, if there is one. */
  put(store: ServingStore, cells: AreaCells): void
  remove(id: string): void
  /** The stores that are in it, with their versions. */
  versions(): ReadonlyMap<string, number>
  /** The stores whose areas hold a point. Areas are looked at only where the point is on a border cell. */
  covering(point: Point): ServingStore[]
}

function add(byCell: ByCell, cells: readonly string[], store: ServingStore): void {
  for (const cell of cells) {
    const there = byCell.get(cell)
    if (there) there.push(store)
    else byCell.set(cell, [store])
  }
}

function take(byCell: ByCell, cells: readonly string[], id: string): void {
  for (const cell of cells) {
    const others = byCell.get(cell)?.filter((each) => each.id !== id) ?? []
    if (others.length > 0) byCell.set(cell, others)
    else byCell.delete(cell)
  }
}

export function createAreaIndex(): AreaIndex {
  const inner: ByCell = new Map()
  const border: ByCell = new Map()
  const cellsById = new Map<string, AreaCells>()
  const versions = new Map<string, number>()

  function remove(id: string): void {
    const cells = cellsById.get(id)
    if (!cells) return
    take(inner, cells.inner, id)
    take(border, cells.border, id)
    cellsById.delete(id)
    versions.delete(id)
  }

  return {
    put(store, cells) {
      remove(store.id)
      add(inner, cells.inner, store)
      add(border, cells.border, store)
      cellsById.set(store.id, cells)
      versions.set(store.id, store.version)
    },
    remove,
    versions: () => versions,
    covering(point) {
      const cell = cellAt(point)
      const undecided = border.get(cell)?.filter(({ area }) => covers(area, point)) ?? []
      return [...(inner.get(cell) ?? []), ...undecided]
    },
  }
}
