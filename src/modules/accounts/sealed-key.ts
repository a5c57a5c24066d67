import { createCipheriv, createDecipheriv, createPrivateKey, type KeyObject } from 'node:crypto'
import { randomSecret } from '../../platform/ids.ts'

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/** The private key as it rests in the database: useless without the sealing key, and bound to its id. */
export function sealPrivateKey(privateKey: KeyObject, id: string, sealingKey: KeyObject): Buffer {
  const nonce = randomSecret(nonceLength)
  const cipher = createCipheriv(algorithm, sealingKey, nonce, { authTagLength: tagLength }).setAAD(Buffer.from(id))
  const sealed = cipher.update(privateKey.export({ format: 'der', type: 'pkcs8' }))
  return Buffer.concat([nonce, sealed, cipher.final(), cipher.getAuthTag()])
}

/** The private key, or `undefined` when it was sealed with another key, for another id, or was changed since. */
export function unsealPrivateKey(sealed: Buffer, id: string, sealingKey: KeyObject): KeyObject | undefined {
  if (sealed.length <= nonceLength + tagLength) return undefined
  const nonce = sealed.subarray(0, nonceLength)
  const decipher = createDecipheriv(algorithm, sealingKey, nonce, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(-tagLength))
  try {
    const opened = Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()])
    return createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' })
  } catch {
    return undefined
  }
}
