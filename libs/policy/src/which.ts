import { INSTRUMENTS, idSchema, type CompiledRegister } from '#treaties';
import { z } from 'zod';
import { actionSchema, messageSchema, type Message } from './action.js';
import { decide } from './decide.js';
import { OUTCOMES, type Decision } from './decision.js';
import { governing } from './governing.js';

const [, send] = actionSchema.options;
/** What a message says in the instrument's own numbering or because that instrument asks for it; the rest is common. */
const ownWords = messageSchema
  .pick({
    form: true,
    offence: true,
    contents: true,
    nexus: true,
    procedural: true,
    otherTreaty: true,
    releaseDecision: true,
  })
  .partial();
const carriers = [...new Set(INSTRUMENTS.filter(({ exchange }) => exchange !== null).map(({ id }) => id))];

/**
 * A message that is to be sent under whichever instrument carries it: the `send` of contracts/decide.md without its
 * instrument (one that is named is the one in mind, and changes nothing), and with `under` for each instrument what the
 * message says there in that instrument's own codes in place of the common ones.
 */
export const intendedSchema = send.extend({
  instrument: idSchema.nullable().optional(),
  under: z.partialRecord(z.enum(carriers), ownWords).nullable().optional(),
});
export type Intended = z.infer<typeof intendedSchema>;

/** What `decide` says of the message under one instrument. */
export interface Carrier extends Decision {
  readonly instrument: string;
}

/**
 * Every instrument with rules of exchange on that day, and whether it carries the message, best first: by outcome, then
 * fewer warnings, then fewer obligations, then as the catalogue has them. Codes that are foreign to an instrument are
 * a denial under it, with its own reason.
 *
 * @param intended validated by `intendedSchema`
 */
export function which(register: CompiledRegister, intended: Intended): Carrier[] {
  const { under, message, ...rest } = intended;
  const at = Date.parse(intended.at);
  return [...register.versions.keys()]
    .filter((id) => governing(register, id, at) !== undefined)
    .map((instrument) => ({
      instrument,
      ...decide(register, { ...rest, instrument, message: wordedFor(message, under?.[instrument]) }),
    }))
    .sort((a, b) => costs(a).reduce((order, cost, nth) => order || cost - (costs(b)[nth] ?? 0), 0));
}

/** A field that is left out, or undefined, stays as it is for all. */
function wordedFor(message: Message, own: z.infer<typeof ownWords> = {}): Message {
  const named = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...message, ...Object.fromEntries(named) };
}

function costs({ outcome, findings, obligations }: Decision): number[] {
  const warnings = findings.filter(({ effect }) => effect === 'warn');
  return [OUTCOMES.indexOf(outcome), warnings.length, obligations.length];
}
