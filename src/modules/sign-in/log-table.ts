import { LogColumn } from './columns.ts'
import { Places } from './places.ts'
import { type SlidingLog, spanOf, type Window } from './sliding-log.ts'

/** Sliding logs by key, several for each. When it is full, those of a key that was not used for long are forgotten. */
export class LogTable<Name extends string> {
  readonly #columns: Readonly<Record<Name, LogColumn>>
  readonly #places: Places

  constructor(most: number, windows: Readonly<Record<Name, readonly Window[]>>) {
    const columns = Object.entries<readonly Window[]>(windows).map(
      ([name, each]) => [name, new LogColumn(most, spanOf(each))] as const,
    )
    this.#columns = Object.fromEntries(columns) as Record<Name, LogColumn>
    const all = columns.map(([, column]) => column)
    this.#places = new Places(most, {
      isOver: (place, now) => all.every((column) => column.endOf(place) <= now),
      isHeld: () => false,
      clear(place) {
        for (const column of all) column.clear(place)
      },
    })
  }

  read(name: Name, key: string, now: number): SlidingLog {
    return this.#columns[name].read(this.#places.find(key), now)
  }

  write(name: Name, key: string, log: SlidingLog, now: number): void {
    const place = this.#places.take(key, now)
    if (place !== undefined) this.#columns[name].write(place, log)
  }
}
