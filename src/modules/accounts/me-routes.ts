import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done, idOf } from '../../platform/http/shapes.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { accountProblems, deviceProblems } from './account-problems.ts'
import { type CallerHookDeps, callerHook } from './caller-hook.ts'
import { type ChangePhoneDeps, changePhone } from './change-phone.ts'
import { type DeleteAccountDeps, deleteAccount } from './delete-account.ts'
import { type DevicesDeps, listOwnDevices, removeDevice } from './devices.ts'
import { type LinkEmailDeps, linkEmail } from './link-email.ts'
import { CodeBody, Devices, EmailBody, Me, PhoneBody, ProfileBody } from './me-schemas.ts'
import { readOwn } from './read-own.ts'
import { updateProfile } from './update-profile.ts'
import type { Locale } from './user.ts'

const { unauthorized, forbidden } = httpProblems
const { unavailable } = serverProblems
const {
  emailInvalid,
  emailTaken,
  currentCodeRequired,
  hasOpenOrders,
  noIdentity,
  phoneInvalid,
  phoneTaken,
  samePhone,
  lastAdmin,
} = accountProblems

export const meRoutes =
  (
    deps: CallerHookDeps & ChangePhoneDeps & DeleteAccountDeps & DevicesDeps & LinkEmailDeps,
  ): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = callerHook(deps)
    const tags = ['account']
    const ofCodes = deps.proof().problems

    app.get(
      '/me',
      {
        onRequest,
        schema: { summary: 'My account', tags, response: { 200: Me, ...problems(unauthorized, unavailable) } },
      },
      async ({ caller }) => ({ success: true as const, user: await readOwn(deps, caller) }),
    )

    app.patch(
      '/me',
      {
        onRequest,
        schema: {
          summary: 'Change my name or language',
          tags,
          body: ProfileBody,
          response: { 200: Me, ...problems(unauthorized, forbidden, unavailable) },
        },
      },
      async ({ caller: { userId }, body: { name, locale } }) => {
        const user = await updateProfile(deps, {
          userId,
          ...(name !== undefined && { name }),
          ...(locale !== undefined && { locale: locale as Locale | null }),
        })
        return { success: true as const, user }
      },
    )

    app.delete(
      '/me',
      {
        onRequest,
        schema: {
          summary: 'Delete my account',
          description:
            'With a fresh code for the phone, or for the e-mail address of an account without one. Personal data is erased at once. Refused while an order is under way.',
          tags,
          body: CodeBody,
          response: {
            200: Done,
            ...problems(unauthorized, forbidden, noIdentity, hasOpenOrders, lastAdmin, ...ofCodes, unavailable),
          },
        },
      },
      async ({ caller: { userId }, body, source, log }, reply) => {
        await deleteAccount(deps, { ...body, userId, source, log: log as Logger })
        deps.cookies.clear(reply)
        return { success: true as const }
      },
    )

    app.post(
      '/me/email',
      {
        onRequest,
        schema: {
          summary: 'Link an e-mail address, in the place of an earlier one',
          description: 'With a code for the new address; where it replaces one, with a second code as `current`.',
          tags,
          body: EmailBody,
          response: {
            200: Me,
            ...problems(
              emailInvalid,
              currentCodeRequired,
              noIdentity,
              emailTaken,
              unauthorized,
              forbidden,
              ...ofCodes,
              unavailable,
            ),
          },
        },
      },
      async ({ caller: { userId }, body, source, log }) => {
        const user = await linkEmail(deps, { ...body, userId, source, log: log as Logger })
        return { success: true as const, user }
      },
    )

    app.put(
      '/me/phone',
      {
        onRequest,
        schema: {
          summary: 'Change my phone number',
          description: 'With two codes: one for the number so far, one for the new one.',
          tags,
          body: PhoneBody,
          response: {
            200: Me,
            ...problems(
              phoneInvalid,
              samePhone,
              noIdentity,
              phoneTaken,
              unauthorized,
              forbidden,
              ...ofCodes,
              unavailable,
            ),
          },
        },
      },
      async ({ caller: { userId }, body, source, log }) => {
        const user = await changePhone(deps, { ...body, userId, source, log: log as Logger })
        return { success: true as const, user }
      },
    )

    app.get(
      '/me/devices',
      {
        onRequest,
        schema: {
          summary: 'Devices from which I signed in',
          tags,
          response: { 200: Devices, ...problems(unauthorized, unavailable) },
        },
      },
      async ({ caller }) => {
        const devices = await listOwnDevices(deps, caller)
        return {
          success: true as const,
          devices: devices.map((device) => ({
            ...device,
            createdAt: device.createdAt.toISOString(),
            lastSeenAt: device.lastSeenAt.toISOString(),
          })),
        }
      },
    )

    app.delete(
      '/me/devices/:id',
      {
        onRequest,
        schema: {
          summary: 'Forget a device and end the sessions on it',
          tags,
          params: Type.Object({ id: idOf('dev', 'Of the device.') }),
          response: { 200: Done, ...problems(unauthorized, forbidden, deviceProblems.notFound, unavailable) },
        },
      },
      async ({ caller: { userId }, params, log }) => {
        await removeDevice(deps, { userId, deviceId: params.id, log: log as Logger })
        return { success: true as const }
      },
    )
  }
