import { isInstant } from '#core';
import { z } from 'zod';
import { AGREEMENT_KINDS, AUTHORITY_KINDS, EVENT_KINDS, LEVELS } from './vocabulary.js';

/** Bounds that keep a hostile or broken register from exhausting the reader; far above eleven states' needs. */
export const MAX_ENTRIES = 20_000;
const MAX_ID = 64;
export const PLAIN_TEXT = /^\P{Cc}*$/u;

export const idSchema = z
  .string()
  .max(MAX_ID)
  .regex(/^[a-z0-9][a-z0-9._:-]*$/i, 'not an id');
export const stateSchema = z.string().regex(/^[A-Z]{2}$/, 'not an ISO 3166 alpha-2 code');
export const instantSchema = z.string().refine(isInstant, 'not an ISO 8601 instant in UTC');
export const daySchema = z.iso.date('not a date of the calendar');
export const levelSchema = z.enum(LEVELS);

/** Making a formatter costs a fifth of a millisecond and much memory, and a list has an entry for each of thousands of authorities. */
const ZONES_KNOWN_MAX = 1_000;
const zonesKnown = new Set<string>();

function isTimeZone(zone: string): boolean {
  if (zonesKnown.has(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    return false;
  }
  if (zonesKnown.size < ZONES_KNOWN_MAX) zonesKnown.add(zone);
  return true;
}

const timeZoneSchema = z.string().max(64).refine(isTimeZone, 'not a time zone of the tz database');

/** What the depositary has on its books; dates are days of receipt. */
export const eventSchema = z
  .strictObject({
    instrument: idSchema,
    /** null only where a treaty as a whole comes to its end (`terminated`). */
    state: stateSchema.nullable(),
    event: z.enum(EVENT_KINDS),
    on: daySchema,
    leavesOn: daySchema.nullable().optional(),
    source: z
      .string()
      .max(500)
      .regex(/^[^\0]*$/, 'has a zero character')
      .nullable()
      .optional(),
  })
  .refine((event) => (event.state === null) === (event.event === 'terminated'), {
    path: ['state'],
    message: 'a state, or null with `terminated`',
  });

/** An entry of a Party's list (or an organ's) under the instruments named. */
export const authorityFields = {
  id: idSchema,
  state: stateSchema.nullable().optional(),
  organ: z.boolean().nullable().optional(),
  instruments: z.array(idSchema).max(64),
  kind: z.enum(AUTHORITY_KINDS),
  from: daySchema,
  until: daySchema.nullable(),
  timeZone: timeZoneSchema,
  clearance: z.record(idSchema, levelSchema),
  /** The listed authority of the same state that this entry is a unit of. */
  unitOf: idSchema.nullable().optional(),
  /** The listed authority of the same state that consents for this one after the entry has ended. */
  succeededBy: idSchema.nullable().optional(),
} as const;

/** An organ has no state and is of kind `organ`; an authority has a state and is not. */
export function isStateOrOrgan(entry: {
  state?: string | null | undefined;
  organ?: boolean | null | undefined;
  kind: string;
}): boolean {
  const organ = entry.organ === true;
  return organ === (entry.kind === 'organ') && organ === ((entry.state ?? null) === null);
}

/** What a reader is told of an entry that is neither. */
export const NEITHER = {
  path: ['state'],
  message: 'an authority has a state; an organ has none and is of kind `organ`',
};

export const authoritySchema = z.strictObject(authorityFields).refine(isStateOrOrgan, NEITHER);

const pairSchema = z.tuple([idSchema, idSchema]);

export const registerArrangementSchema = z.strictObject({
  instrument: idSchema,
  between: pairSchema,
  from: daySchema,
  until: daySchema.nullable(),
  electronicForm: z.boolean().nullable().optional(),
});

/** A further agreement that messages and channels can rely on, between two states or more. */
export const agreementSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(AGREEMENT_KINDS),
  between: z
    .array(stateSchema)
    .min(2)
    .max(64)
    .refine((states) => new Set(states).size === states.length, 'names a state twice'),
  from: daySchema,
  until: daySchema.nullable(),
});

export const registerChannelSchema = z.strictObject({
  between: pairSchema,
  under: idSchema,
  upTo: levelSchema,
  from: daySchema,
  until: daySchema.nullable(),
});

/** The `register` of contracts/decide.md. */
export const registerSchema = z.strictObject({
  events: z.array(eventSchema).max(MAX_ENTRIES),
  authorities: z.array(authoritySchema).max(MAX_ENTRIES),
  arrangements: z.array(registerArrangementSchema).max(MAX_ENTRIES),
  agreements: z.array(agreementSchema).max(MAX_ENTRIES).nullable().optional(),
  channels: z.array(registerChannelSchema).max(MAX_ENTRIES),
});

export type DepositaryEvent = z.infer<typeof eventSchema>;
export type Authority = z.infer<typeof authoritySchema>;
export type Agreement = z.infer<typeof agreementSchema>;
export type Register = z.infer<typeof registerSchema>;
