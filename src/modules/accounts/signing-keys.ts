import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { CannotStart } from '../../platform/cannot-start.ts'
import { type Clock, startStopwatch } from '../../platform/clock.ts'
import type { Db } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId } from '../../platform/ids.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { insertAuditEvents } from './audit-queries.ts'
import { sealPrivateKey, unsealPrivateKey } from './sealed-key.ts'
import { insertSigningKey, readSigningKeys, retireSigningKey, type StoredKey } from './signing-key-queries.ts'

/** The key that signs. */
export interface SigningKey {
  id: string
  privateKey: KeyObject
}

/** A public key as `/.well-known/jwks.json` lists it. */
export interface PublicJwk {
  kid: string
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  alg: 'EdDSA'
  use: 'sig'
}

export interface SigningKeys {
  /**
   * Reads the keys, and makes the first one when there is none: of instances that start at once one makes it.
   * @throws CannotStart when there is one that this SECRET_KEY does not open
   */
  load(): Promise<void>
  current(): SigningKey
  /** The public key of this id. One that is not known here is looked for in the database, at most once a second. */
  publicKey(id: string): KeyObject | undefined | Promise<KeyObject | undefined>
  /** The keys by which tokens can be checked now: the one that signs, and the retired whose tokens may live. */
  published(): PublicJwk[]
}

export interface SigningKeysDeps {
  db: Db
  sealingKey: KeyObject
  /** From the `SECRET_KEY` before the last rotation. */
  previousSealingKey?: KeyObject
  clock: Clock
  log: Logger
}

/** An access token's life, the longest time until an instance notices a rotation, and time to spare. */
export const keptAfterRetirementMs = 3_600_000
const reloadPauseMs = 1000
/** Whoever made a new key here would end the tokens of all instances that have the right SECRET_KEY. */
const sealedOtherwise =
  'The key that signs access tokens was sealed with another SECRET_KEY. Use the one it was made with, or give that as SECRET_KEY_PREVIOUS. If it is lost, run `npm run keys -- rotate --lost`.'
const idForm = /^key_[0-7][0-9a-hjkmnp-tv-z]{25}$/

function makeKey({ sealingKey, clock }: Pick<SigningKeysDeps, 'sealingKey' | 'clock'>): Omit<StoredKey, 'retiredAt'> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const id = newId('key')
  return {
    id,
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
    sealedPrivateKey: sealPrivateKey(privateKey, id, sealingKey),
    createdAt: new Date(clock.now()),
  }
}

/** Whether the key that signs, if there is one, was sealed with one of these. */
export async function canOpenSigningKey(db: Db, sealingKeys: readonly KeyObject[], now: Date): Promise<boolean> {
  const [current] = await readSigningKeys(db, now)
  if (!current || current.retiredAt !== null) return true
  return sealingKeys.some((key) => unsealPrivateKey(current.sealedPrivateKey, current.id, key) !== undefined)
}

/**
 * Retires the key that signs and puts a new one in its place; tokens of the old one stay good until they end. Of
 * several rotations at once one takes place. The id of the key that signs now.
 */
export async function rotateSigningKey({
  db,
  ...deps
}: Pick<SigningKeysDeps, 'db' | 'sealingKey' | 'clock'>): Promise<string> {
  const now = new Date(deps.clock.now())
  return inTransaction(db, async (tx) => {
    const [current] = await readSigningKeys(tx, now)
    if (current && current.retiredAt === null) await retireSigningKey(tx, current.id, now)
    const key = makeKey(deps)
    const added = await insertSigningKey(tx, key)
    if (added) await insertAuditEvents(tx, now, [{ kind: 'keys.rotated', details: { keyId: key.id } }])
    return added ? key.id : ((await readSigningKeys(tx, now))[0]?.id ?? key.id)
  })
}

const jwkOf = ({ id, publicKey }: StoredKey): PublicJwk => ({
  kid: id,
  kty: 'OKP',
  crv: 'Ed25519',
  x: publicKey.toString('base64url'),
  alg: 'EdDSA',
  use: 'sig',
})

export function createSigningKeys(deps: SigningKeysDeps): SigningKeys {
  const { db, sealingKey, previousSealingKey, clock, log } = deps
  let signing: SigningKey | undefined
  let jwks: PublicJwk[] = []
  let publicKeys = new Map<string, KeyObject>()
  let sinceLoad = startStopwatch()
  let reloading: Promise<void> | undefined

  const unseal = ({ sealedPrivateKey, id }: StoredKey): KeyObject | undefined =>
    unsealPrivateKey(sealedPrivateKey, id, sealingKey) ??
    (previousSealingKey && unsealPrivateKey(sealedPrivateKey, id, previousSealingKey))

  async function load(): Promise<void> {
    sinceLoad = startStopwatch()
    const rows = await readSigningKeys(db, new Date(clock.now() - keptAfterRetirementMs))
    const [newest] = rows
    if (!newest || newest.retiredAt !== null) {
      await insertSigningKey(db, makeKey(deps))
      return load()
    }
    const privateKey = newest.id === signing?.id ? signing.privateKey : unseal(newest)
    if (!privateKey && !signing) throw new CannotStart(sealedOtherwise)
    // A key that another instance sealed with a newer SECRET_KEY: this one goes on with the one it has, for an hour.
    if (privateKey) signing = { id: newest.id, privateKey }
    else log.error({ alarm: true, keyId: newest.id }, 'the signing key was sealed with another SECRET_KEY')
    jwks = rows.map(jwkOf)
    publicKeys = new Map(jwks.map((jwk) => [jwk.kid, createPublicKey({ key: { ...jwk }, format: 'jwk' })]))
  }

  async function reloadSoon(): Promise<void> {
    await sleep(Math.max(0, reloadPauseMs - sinceLoad()))
    await load()
  }

  return {
    load,
    current() {
      if (!signing) throw new Error('signing keys are not loaded')
      return signing
    },
    publicKey(id) {
      const known = publicKeys.get(id)
      if (known || !idForm.test(id)) return known
      reloading ??= reloadSoon().finally(() => {
        reloading = undefined
      })
      return reloading.then(() => publicKeys.get(id))
    },
    published: () => jwks,
  }
}
