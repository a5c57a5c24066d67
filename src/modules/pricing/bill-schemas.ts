import { Type } from 'typebox'
import { orNull } from '../../platform/http/shapes.ts'

const paise = Type.Integer()

const TaxView = Type.Object(
  {
    gstBasisPoints: Type.Integer({ description: 'Hundredths of a per cent.' }),
    taxablePaise: paise,
    cgstPaise: paise,
    sgstPaise: paise,
  },
  { title: 'Tax' },
)

/** What is to be paid and why, line by line as customers know it. */
export const BillView = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          kind: Type.String(),
          label: Type.String(),
          amountPaise: Type.Integer({ description: 'Negative for what is taken off.' }),
          explanation: orNull(Type.String()),
        },
        { title: 'BillLine' },
      ),
      { description: 'They add up to what is to be paid.' },
    ),
    items: Type.Array(
      Type.Object(
        {
          variantId: Type.String(),
          quantity: Type.Integer(),
          mrpPaise: paise,
          pricePaise: paise,
          totalPaise: paise,
          couponPaise: Type.Integer({ description: 'Its share of the coupon.' }),
          payablePaise: paise,
          gstBasisPoints: Type.Integer(),
          cgstPaise: Type.Integer({ description: 'Contained in what is payable.' }),
          sgstPaise: paise,
        },
        { title: 'BillItem' },
      ),
    ),
    toPayPaise: Type.Integer({ description: 'What an order is placed with: `expectedTotalPaise`.' }),
    savingsPaise: paise,
    tax: Type.Object(
      { goods: Type.Array(TaxView), fees: orNull(TaxView), cgstPaise: paise, sgstPaise: paise },
      {
        description:
          'Contained in what is to be paid. Of a seller who is not registered for GST there is none: no parts, and zero.',
      },
    ),
  },
  { title: 'Bill' },
)
