import { OUTCOMES, actionSchema, intendedSchema } from '#policy';
import { pageOf } from '#service';
import { instantSchema } from '#treaties';
import { z } from 'zod';
import { bookReferences } from './schemas.js';

/** As contracts/decide.md has them, but for the instant: left out, it is now. */
const at = { at: instantSchema.optional().describe('ISO 8601, UTC; left out: now') };
const [inForce, send, use, transfer, disclose] = actionSchema.options;
export const trialAction = z
  .discriminatedUnion('action', [
    inForce.extend(at),
    send.extend(at),
    use.extend(at),
    transfer.extend(at),
    disclose.extend(at),
  ])
  .meta({ id: 'Action' });
export const trialMessage = intendedSchema.extend(at).meta({ id: 'IntendedMessage' });

const text = z.object({ ru: z.string(), kk: z.string(), en: z.string() });
const decision = z.object({
  outcome: z.enum(OUTCOMES),
  findings: z.array(
    z.object({
      rule: z.string().describe('INSTRUMENT#ARTICLE'),
      basis: z.enum(['explicit', 'inferred']),
      effect: z.enum([...OUTCOMES, 'warn']),
      text,
      about: z.array(z.string()).describe('ids of the items that it is about'),
    }),
  ),
  consentFrom: z.array(z.string()),
  obligations: z.array(
    z.object({
      do: z.string(),
      by: z.string().optional(),
      condition: z.string().optional(),
      rule: z.string(),
    }),
  ),
});
const restsOn = {
  at: z.string().describe('the instant that was asked about'),
  register: bookReferences.describe('the books that the answer rests on'),
  stale: z.array(z.string()).describe('those of them that are too old to send by'),
};

export const decisionView = decision.extend(restsOn).meta({ id: 'Decision' });
export const carriersView = z
  .object({
    ...restsOn,
    instruments: z.array(decision.extend({ instrument: z.string() })).describe('best first'),
  })
  .meta({ id: 'Carriers' });

const instrument = z.object({
  id: z.string(),
  title: text,
  done: z.object({ place: z.string(), on: z.string() }).nullable(),
  version: z
    .object({ from: z.string(), until: z.string().nullable() })
    .describe('the days on which this text is the law'),
  organisation: z.enum(['CIS', 'CSTO']),
  depositary: z.string(),
  authentic: z.array(z.string()),
  openTo: z.array(z.string()),
  organs: z.boolean().describe('organs of the organisation take part in exchange'),
  exchange: z.boolean().describe('it has rules of exchange; the others are referred to'),
});
export const instrumentView = instrument.meta({ id: 'InstrumentSummary' });
export const instrumentPage = pageOf(instrumentView).meta({ id: 'InstrumentPage' });

const codes = z.record(z.string(), text);
export const instrumentDetails = instrument
  .extend({
    codes: z.object({
      forms: codes,
      offences: codes,
      contents: z.record(z.string(), z.object({ mandatory: z.boolean(), text })),
    }),
    articles: z.array(z.string()).describe('every unit that can be cited, in the order of the text'),
  })
  .meta({ id: 'Instrument' });

export const articleView = z
  .object({
    instrument: z.string(),
    units: z.array(
      z.object({
        article: z.string(),
        text: z
          .array(z.object({ lang: z.enum(['ru', 'kk']), value: z.string(), authentic: z.boolean() }))
          .describe('its own words'),
        rules: z.array(
          z.object({
            cite: z.string(),
            basis: z.enum(['explicit', 'inferred']),
            text,
            where: z.string(),
            instrument: z.string(),
            on: z.union([z.array(z.string()), z.literal('all')]).nullable(),
            effects: z.array(z.string()),
          }),
        ),
        code: z.object({ kind: z.string(), text, mandatory: z.boolean().optional() }).optional(),
        undecided: text.optional().describe('why no rule is made of it'),
      }),
    ),
  })
  .meta({ id: 'Article' });
