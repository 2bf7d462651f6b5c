import {
  ACTIVITIES,
  LEVELS,
  MESSAGE_TYPES,
  OFFICER_ROLES,
  REFUSAL_GROUNDS,
  SEALS,
  idSchema,
  instantSchema,
  levelSchema,
  stateSchema,
} from '#treaties';
import { z } from 'zod';

/** Bounds on what one decision reads: a message of an officer names few of anything. */
const MAX_LIST = 1000;
const MAX_WORDS = 10_000;

const words = z.string().max(MAX_WORDS);
/** Codes are judged by the instrument, not by the schema: an unknown one is a denial, not a malformed input. */
const code = z.string().min(1).max(64);
/** Someone outside need not be an authority: a court, a prosecutor, a newspaper. */
const someone = z.string().min(1).max(200);
const flag = z.boolean().nullable().optional();
const count = z.int().min(0).max(1_000_000_000);

export const purposeSchema = z.strictObject({
  instrument: idSchema,
  activity: z.enum(ACTIVITIES),
  offences: z.union([z.array(code).max(MAX_LIST), z.literal('any')]),
  /** A national proceeding of the requester, never an exchange; null: any in an item, wider than a named one in a use. */
  caseId: z.string().max(200).nullable(),
});

export const itemSchema = z.strictObject({
  id: z.string().min(1).max(200),
  instrument: idSchema,
  provider: idSchema,
  receiver: idSchema,
  level: levelSchema,
  purposes: z.array(purposeSchema).max(MAX_LIST),
  conditions: z.array(words).max(MAX_LIST),
  /** The case in which it was given. */
  exchange: z.string().min(1).max(200).nullable().optional(),
  /** Bodies of the receiver's state to which the request was passed, with what came with it. */
  passedTo: z.array(idSchema).max(MAX_LIST).nullable().optional(),
  /** When the present holder got it: a consent to hand it on is judged then. */
  heldSince: instantSchema.nullable().optional(),
  /** Given spontaneously, or sent by the requester itself: not a result of a request. */
  spontaneous: flag,
});

export const consentSchema = z.strictObject({
  id: z.string().min(1).max(200),
  kind: z.enum(['purpose', 'onward-transfer', 'disclosure']),
  by: idSchema,
  to: idSchema,
  items: z.union([z.array(z.string().min(1).max(200)).max(MAX_LIST), z.literal('all')]),
  recipient: someone.nullable().optional(),
  purposes: z.array(purposeSchema).max(MAX_LIST).nullable().optional(),
  written: z.boolean(),
  from: instantSchema,
  until: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
  conditions: z.array(words).max(MAX_LIST),
  maxLevel: z.enum(LEVELS).nullable().optional(),
  coversDerived: flag,
  /** So many uses, and how many there were. */
  usesMax: count.nullable().optional(),
  usesDone: count.nullable().optional(),
  /** Conditions by their codes, observed like the others. */
  conditionCodes: z.array(code).max(MAX_LIST).nullable().optional(),
});

const signatureSchema = z.union([
  z.strictObject({ by: z.enum(OFFICER_ROLES) }),
  z.strictObject({ seal: z.enum(SEALS) }),
]);

export const messageSchema = z.strictObject({
  type: z.enum(MESSAGE_TYPES),
  urgent: z.boolean(),
  /** BCP 47 language tag, or `zxx` for content that is no language. */
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/, 'not a language tag'),
  level: levelSchema,
  form: code.nullable(),
  offence: z.union([code, z.array(code).max(MAX_LIST)]).nullable(),
  contents: z.array(code).max(MAX_LIST),
  signatures: z.array(signatureSchema).max(16),
  grounds: words.nullable(),
  refusal: z
    .strictObject({
      grounds: z.array(z.enum(REFUSAL_GROUNDS)).max(REFUSAL_GROUNDS.length),
      reasons: z.boolean(),
      extent: z.enum(['full', 'partial']),
    })
    .nullable(),
  nexus: z.enum(['citizen', 'territory']).nullable(),
  procedural: flag,
  /** Id of the register's agreement that is relied on; anything else is ignored. */
  otherTreaty: z.string().max(1000).nullable().optional(),
  releaseDecision: z.boolean().nullable(),
});

export const caseFactsSchema = z.strictObject({
  initiator: idSchema,
  receivedAt: instantSchema.nullable(),
  sentAt: instantSchema,
  confirmed: z.boolean(),
  deadline: instantSchema.nullable(),
  confidentialityAsked: z.boolean(),
});

const items = z.array(itemSchema).max(MAX_LIST);
const consents = z.array(consentSchema).max(MAX_LIST);
const channel = z.enum(['bus', 'off-bus']);

/** The `input` of contracts/decide.md, one shape an action. */
export const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('in-force'),
    at: instantSchema,
    instrument: idSchema,
    between: z.array(stateSchema).min(1).max(2),
  }),
  z.strictObject({
    action: z.literal('send'),
    at: instantSchema,
    instrument: idSchema,
    from: idSchema,
    to: idSchema,
    channel,
    message: messageSchema,
    case: caseFactsSchema.nullable(),
    items: items.nullable().optional(),
    consents: consents.nullable().optional(),
  }),
  z.strictObject({
    action: z.literal('use'),
    at: instantSchema,
    by: idSchema,
    purpose: purposeSchema.nullable().optional(),
    /** The case whose conduct the use is. */
    conduct: z.string().min(1).max(200).nullable().optional(),
    /** Only to account for, or to defend in court, what was lawfully used. */
    account: flag,
    items,
    consents,
  }),
  z.strictObject({
    action: z.literal('transfer'),
    at: instantSchema,
    instrument: idSchema,
    from: idSchema,
    to: someone,
    channel,
    level: levelSchema,
    releaseDecision: z.boolean().nullable(),
    derived: flag,
    purpose: purposeSchema.nullable().optional(),
    items,
    consents,
  }),
  z.strictObject({
    action: z.literal('disclose'),
    at: instantSchema,
    instrument: idSchema,
    requester: idSchema,
    by: idSchema,
    to: someone,
    confidentialityAsked: z.boolean(),
    consents,
  }),
]);

export type Action = z.infer<typeof actionSchema>;
export type SendAction = Extract<Action, { action: 'send' }>;
export type UseAction = Extract<Action, { action: 'use' }>;
export type TransferAction = Extract<Action, { action: 'transfer' }>;
export type DiscloseAction = Extract<Action, { action: 'disclose' }>;
export type InForceAction = Extract<Action, { action: 'in-force' }>;
export type Message = z.infer<typeof messageSchema>;
export type CaseFacts = z.infer<typeof caseFactsSchema>;
export type Purpose = z.infer<typeof purposeSchema>;
export type Item = z.infer<typeof itemSchema>;
export type Consent = z.infer<typeof consentSchema>;
