import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done, given } from '../../platform/http/shapes.ts'
import { addressProblems } from './account-problems.ts'
import { Addresses, AddressParams, ChangeAddressBody, NewAddressBody, OneAddress } from './address-schemas.ts'
import { type CallerHookDeps, callerHook } from './caller-hook.ts'
import { type AddressDeps, addAddress, changeAddress, listOwnAddresses, removeAddress } from './save-address.ts'

const tags = ['account']
const { unauthorized, forbidden } = httpProblems
const { notFound, tooMany } = addressProblems
const { unavailable } = serverProblems

export const addressRoutes =
  (deps: CallerHookDeps & AddressDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = callerHook(deps)

    app.get(
      '/me/addresses',
      {
        onRequest,
        schema: {
          summary: 'My addresses, the default first',
          tags,
          response: { 200: Addresses, ...problems(unauthorized, unavailable) },
        },
      },
      async ({ caller }) => ({ success: true as const, addresses: await listOwnAddresses(deps, caller) }),
    )

    app.post(
      '/me/addresses',
      {
        onRequest,
        schema: {
          summary: 'Add an address',
          tags,
          body: NewAddressBody,
          response: { 201: OneAddress, ...problems(unauthorized, forbidden, tooMany, unavailable) },
        },
      },
      async ({ caller: { userId }, body }, reply) => {
        const { isDefault = false, landmark = null, point = null, instructions = null, ...rest } = body
        const content = { ...rest, landmark, point, instructions }
        const address = await addAddress(deps, { userId, isDefault, content })
        return reply.code(201).send({ success: true as const, address })
      },
    )

    app.patch(
      '/me/addresses/:id',
      {
        onRequest,
        schema: {
          summary: 'Change an address, or make it the default',
          tags,
          params: AddressParams,
          body: ChangeAddressBody,
          response: { 200: OneAddress, ...problems(unauthorized, forbidden, notFound, unavailable) },
        },
      },
      async ({ caller: { userId }, params: { id }, body: { isDefault = false, ...content } }) => {
        const address = await changeAddress(deps, { userId, id, isDefault, content: given(content) })
        return { success: true as const, address }
      },
    )

    app.delete(
      '/me/addresses/:id',
      {
        onRequest,
        schema: {
          summary: 'Delete an address',
          description: 'When it was the default, the latest of the others becomes it.',
          tags,
          params: AddressParams,
          response: { 200: Done, ...problems(unauthorized, forbidden, notFound, unavailable) },
        },
      },
      async ({ caller: { userId }, params: { id } }) => {
        await removeAddress(deps, { userId, id })
        return { success: true as const }
      },
    )
  }
