import type { Challenge, ChallengeBook } from './challenge.ts'
import { LogTable } from './log-table.ts'
import { PhoneTable } from './phone-table.ts'
import type { SignInPolicy } from './sign-in-policy.ts'
import type { SlidingLog } from './sliding-log.ts'
import type { Spending } from './spending.ts'

/** Everything that the store of one process holds. */
export interface Tables {
  phones: PhoneTable
  sources: LogTable<'sends' | 'wrong' | 'looks'>
  prefixes: LogTable<'sends' | 'verified'>
  /** Of one phone by one source: only where there were wrong codes. */
  pairs: LogTable<'wrong'>
  spending: Spending
}

export const openTables = ({ sends, wrong, looks, ...policy }: SignInPolicy, most: number): Tables => ({
  phones: new PhoneTable(most, { sends, wrong, looks, ...policy }),
  sources: new LogTable(most, { sends: sends.source, wrong: wrong.source, looks: looks.source }),
  prefixes: new LogTable(most, { sends: [sends.prefix], verified: [sends.prefix] }),
  pairs: new LogTable(most, { wrong: wrong.pair }),
  spending: [],
})

/** The book of one operation: reads and writes go straight to the tables. What is not there for a place is not written. */
export class MemoryBook implements ChallengeBook {
  readonly #tables: Tables
  readonly #phone: string
  readonly #prefix: string
  readonly #source: string
  readonly #now: number
  readonly #place: number | undefined
  #challenge: Challenge | undefined | null = null

  constructor(
    tables: Tables,
    { phone, prefix = '', source = '' }: { phone?: string; prefix?: string; source?: string },
    place: number | undefined,
    now: number,
  ) {
    this.#tables = tables
    this.#phone = phone ?? ''
    this.#prefix = prefix
    this.#source = source
    this.#place = place
    this.#now = now
  }

  get challenge(): Challenge | undefined {
    if (this.#challenge === null) this.#challenge = this.#tables.phones.challenge(this.#place, this.#now)
    return this.#challenge
  }
  set challenge(challenge: Challenge | undefined) {
    this.#challenge = challenge
    if (this.#place !== undefined) this.#tables.phones.keep(this.#place, challenge)
  }
  get phoneSends(): SlidingLog {
    return this.#tables.phones.sends.read(this.#place, this.#now)
  }
  set phoneSends(log: SlidingLog) {
    if (this.#place !== undefined) this.#tables.phones.sends.write(this.#place, log)
  }
  get phoneWrong(): SlidingLog {
    return this.#tables.phones.wrong.read(this.#place, this.#now)
  }
  set phoneWrong(log: SlidingLog) {
    if (this.#place !== undefined) this.#tables.phones.wrong.write(this.#place, log)
  }
  get strangerWrong(): SlidingLog {
    return this.#tables.phones.strangerWrong.read(this.#place, this.#now)
  }
  set strangerWrong(log: SlidingLog) {
    if (this.#place !== undefined) this.#tables.phones.strangerWrong.write(this.#place, log)
  }
  get known(): boolean {
    return this.#tables.phones.isKnown(this.#place, this.#now)
  }
  set known(_known: boolean) {
    if (this.#place !== undefined) this.#tables.phones.know(this.#place, this.#now)
  }
  get pairWrong(): SlidingLog {
    return this.#tables.pairs.read('wrong', this.#phone + this.#source, this.#now)
  }
  set pairWrong(log: SlidingLog) {
    this.#tables.pairs.write('wrong', this.#phone + this.#source, log, this.#now)
  }
  get prefixSends(): SlidingLog {
    return this.#tables.prefixes.read('sends', this.#prefix, this.#now)
  }
  set prefixSends(log: SlidingLog) {
    this.#tables.prefixes.write('sends', this.#prefix, log, this.#now)
  }
  get prefixVerified(): SlidingLog {
    return this.#tables.prefixes.read('verified', this.#prefix, this.#now)
  }
  set prefixVerified(log: SlidingLog) {
    this.#tables.prefixes.write('verified', this.#prefix, log, this.#now)
  }
  get sourceSends(): SlidingLog {
    return this.#tables.sources.read('sends', this.#source, this.#now)
  }
  set sourceSends(log: SlidingLog) {
    this.#tables.sources.write('sends', this.#source, log, this.#now)
  }
  get sourceWrong(): SlidingLog {
    return this.#tables.sources.read('wrong', this.#source, this.#now)
  }
  set sourceWrong(log: SlidingLog) {
    this.#tables.sources.write('wrong', this.#source, log, this.#now)
  }
  get sourceLooks(): SlidingLog {
    return this.#tables.sources.read('looks', this.#source, this.#now)
  }
  set sourceLooks(log: SlidingLog) {
    this.#tables.sources.write('looks', this.#source, log, this.#now)
  }
  get spending(): Spending {
    return this.#tables.spending
  }
  set spending(spending: Spending) {
    this.#tables.spending = spending
  }
}
