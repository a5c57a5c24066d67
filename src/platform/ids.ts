import { randomBytes } from 'node:crypto'
import { typeidUnboxed } from 'typeid-js'

/** A prefixed, time-ordered, globally unique id: `req_01h455vb4pex5vsknk084sn02q`. @see https://github.com/jetify-com/typeid */
export const newId = (prefix: string): string => typeidUnboxed(prefix)

/** Unguessable bytes from the operating system's generator. */
export const randomSecret = (byteLength: number): Buffer => randomBytes(byteLength)
