import { isInstant } from '#core';
import { ACTIVITIES, MESSAGE_TYPES, REFUSAL_GROUNDS } from '#treaties';
import { z } from 'zod';

/** Longest text of one field: an officer's letter with its justification, not an archive; that is an attachment. */
const TEXT_LENGTH_MAX = 100_000;
const CODE = /^\d{1,2}(\.[a-z0-9]{1,3}){0,3}$/;

export const code = z.string().regex(CODE, 'an item’s code as the instrument numbers it, for example 6.3.a');
const text = z.string().trim().min(1).max(TEXT_LENGTH_MAX);
export const instant = z
  .string()
  .max(24)
  .refine(isInstant, 'an instant as ISO 8601 in UTC, for example 2026-03-01T09:00:00Z');

export const purpose = z.strictObject({
  instrument: z.string().max(40),
  activity: z.enum(ACTIVITIES),
  offences: z.union([z.literal('any'), z.array(code).min(1).max(16)]),
  caseId: z.uuid().nullable(),
});

/**
 * What a message says, in the treaties' own terms. The same schema reads what our officers write and what comes from
 * the other side.
 */
export const bodySchema = z
  .strictObject({
    language: z.string().regex(/^[a-z]{2,3}$/, 'a language code of ISO 639, for example ru'),
    urgent: z.boolean().default(false),
    form: code.nullable().default(null).describe('form of cooperation, by the instrument’s own numbering'),
    offences: z.array(code).max(16).default([]),
    contents: z
      .record(code, text)
      .default({})
      .describe('contents of a request by the instrument’s own numbering, for example 6.3.b'),
    text: text.nullable().default(null).describe('the message’s main text'),
    grounds: text
      .nullable()
      .default(null)
      .describe('why it is of interest, or the reason of a postponement or of conditions'),
    refusal: z
      .strictObject({
        grounds: z.array(z.enum(REFUSAL_GROUNDS)).min(1).max(8),
        reasons: text.nullable(),
        extent: z.enum(['full', 'partial']),
      })
      .nullable()
      .default(null),
    nexus: z.enum(['citizen', 'territory']).nullable().default(null),
    procedural: z.boolean().default(false),
    otherTreaty: z
      .string()
      .min(1)
      .max(500)
      .nullable()
      .default(null)
      .describe('id of the agreement of the register that is relied on; anything else is ignored'),
    deadline: instant.nullable().default(null).describe('until when execution is asked for'),
    confidential: z.boolean().default(false).describe('the requester asks to keep the request confidential'),
    extent: z.enum(['partial', 'final']).nullable().default(null).describe('of a result'),
    agreed: z.boolean().nullable().default(null).describe('of an answer: whether the request goes on'),
    purposes: z
      .array(purpose)
      .max(32)
      .default([])
      .describe('purposes for which the provider gives the information'),
    conditions: z.array(z.string().trim().min(1).max(1000)).max(32).default([]),
  })
  .refine((body) => Object.keys(body.contents).length <= 16, {
    path: ['contents'],
    message: 'at most 16 items',
  });

export type Body = z.output<typeof bodySchema>;

export const messageType = z.enum(MESSAGE_TYPES);
export type MessageType = z.infer<typeof messageType>;

/** The payload's `act` is the type with the version of its body. */
export const actOf = (type: MessageType): string => `${type}/1`;

/** @returns undefined for an act that this version does not know */
export function typeOf(act: string): MessageType | undefined {
  const [name, version] = act.split('/');
  const parsed = messageType.safeParse(name);
  return version === '1' && parsed.success ? parsed.data : undefined;
}
