import type { Tx } from '../database/database.ts'
import type { Attempt, Job, JobDefinition } from '../queue/job.ts'
import type { Queue } from '../queue/queue.ts'

declare const payloadOf: unique symbol

/** A fact that a module publishes, such as `user.blocked`. Whoever wants to know says so at the composition. */
export interface EventKind<Name extends string, Payload extends object> {
  readonly name: Name
  [payloadOf]?(payload: Payload): void
}

/** Names a fact and what it carries: ids, because payloads rest in the database. */
export const defineEvent = <Name extends string, Payload extends object>(name: Name): EventKind<Name, Payload> => ({
  name,
})

export interface ReactionOptions<Payload extends object> extends Omit<JobDefinition<Payload>, 'name' | 'handle'> {
  /** Whether there is anything to do about this fact: where not, no job is made. It waits for nothing and never throws. */
  wants?: (payload: Payload) => boolean
}

export interface Events {
  /**
   * Tells a fact in the transaction that makes it true: one job for each listener that wants it, which exist when it is
   * committed. Nobody listens: nothing is written. In which order listeners learn of several facts is not promised.
   */
  emit<Name extends string, Payload extends object>(
    tx: Tx,
    event: EventKind<Name, Payload>,
    payload: NoInfer<Payload>,
  ): Promise<void>
  /**
   * Has something done about a fact, at least once: it must be safe to repeat. It fails and is tried again by itself;
   * other listeners know nothing of it. Before the queue starts. The name is in the database, so it stays as it is.
   */
  when<Name extends string, Payload extends object>(
    event: EventKind<Name, Payload>,
    reaction: string,
    handle: (payload: Payload, attempt: Attempt) => Promise<unknown>,
    options?: ReactionOptions<Payload>,
  ): void
}

/** Facts from one module to others against the arrows: a publisher never learns who listens. */
export function createEvents(queue: Pick<Queue, 'define' | 'enqueue'>): Events {
  const listeners = new Map<string, { job: Job<object>; wants: (payload: object) => boolean }[]>()
  return {
    async emit(tx, event, payload) {
      const wanting = (listeners.get(event.name) ?? []).filter(({ wants }) => wants(payload))
      await Promise.all(wanting.map(({ job }) => queue.enqueue(tx, job, payload)))
    },
    when(event, reaction, handle, { wants = () => true, ...options } = {}) {
      const job = queue.define({ ...options, name: `${event.name}/${reaction}`, handle })
      const listener = { job, wants: wants as (payload: object) => boolean }
      listeners.set(event.name, [...(listeners.get(event.name) ?? []), listener])
    },
  }
}
