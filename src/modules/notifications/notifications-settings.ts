import { defineSection, setting } from '../../platform/config/section.ts'
import { orderMoments } from './order-moment.ts'

const known = orderMoments.join(', ')

const listFault = (env: string, chosen: readonly string[]): string[] => {
  const isKnown = (moment: string) =>
    (orderMoments as string[]).includes(moment) || (moment === 'none' && chosen.length === 1)
  return chosen.every(isKnown) ? [] : [`${env} may list ${known}, or be none.`]
}

export const notificationsSettings = defineSection({
  title: 'Messages about orders',
  settings: {
    orderSms: setting.list({
      env: 'ORDER_SMS',
      default: [...orderMoments],
      description: `Moments of an order that customers get an SMS about: ${known}; or none.`,
    }),
    orderMails: setting.list({
      env: 'ORDER_MAILS',
      default: [...orderMoments],
      description: 'The same of mails, for customers whose e-mail address is known.',
    }),
  },
  check: ({ orderSms, orderMails }) => [...listFault('ORDER_SMS', orderSms), ...listFault('ORDER_MAILS', orderMails)],
})
