import { type Instant, instantOf, unixSeconds } from '#core';
import { compileRegister, decide, type SendAction } from '#policy';
import {
  accreditationSchema,
  arrangementSchema,
  assembleRegister,
  type Authority,
  nationalListSchema,
  type Register,
  treatyBookSchema,
} from '#treaties';
import type { z } from 'zod';
import { EXCHANGING } from '../drafts.js';
import { type Check, ok } from './check.js';
import type { HeldBook } from './register.js';
import type { View } from './view.js';

/** The types that are asked about: those that open a case. */
const TYPES = ['request', 'spontaneous'] as const;
type Type = (typeof TYPES)[number];
const LONG_AGO = '1992-01-01';

type Held = Pick<HeldBook, 'book' | 'content'>;

/** Arrangements, accreditations, and for each peer and instrument whether it could be written to today, and if not, why. */
export function judgeOutlook(
  view: Pick<View, 'node' | 'bus' | 'authorities'>,
  books: readonly Held[],
  now: Date,
): Check[] {
  const lists = contents(books, 'list:', nationalListSchema);
  const arrangements = contents(books, 'arrangement:', arrangementSchema);
  const accreditations = contents(books, 'accreditation:', accreditationSchema);
  const treatyBooks = contents(books, 'treaty:', treatyBookSchema);
  const register = assembleRegister({ treatyBooks, nationalLists: lists, arrangements, accreditations });
  const at = instantOf(unixSeconds(now));
  const agreed = [
    ...arrangements.map(({ id, between, instrument, from, until }) =>
      ok(`arrangement:${id}`, `${between.join(' and ')}, ${instrument}, ${days(from, until)}`),
    ),
    ...accreditations.map(({ id, between, upTo, from, until }) =>
      ok(`accreditation:${id}`, `${between.join(' and ')}, up to ${upTo}, ${days(from, until)}`),
    ),
  ];
  const served = new Set(view.authorities.map(({ id }) => id));
  const own = [...served].filter((id) => register.authorities.some((entry) => entry.id === id));
  const peers = new Map(
    lists.flatMap((list) =>
      list.authorities
        .filter(({ id }) => !served.has(id))
        .map((entry) => [entry.id, { entry, list }] as const),
    ),
  );
  const compiled = compileRegister(register);
  return [
    ...agreed,
    ...own.flatMap((from) =>
      [...peers].flatMap(([to, { entry, list }]) => {
        const obstacle = technical(view, entry, list);
        if (obstacle !== undefined) return [refused(`${from} to ${to}`, obstacle)];
        return EXCHANGING.map((instrument) => {
          const ideal = compileRegister(withAll(register, instrument, from, to));
          const asked = (type: Type): SendAction => question(instrument, from, to, type, at);
          return judged(
            `${from} to ${to}, ${instrument}`,
            TYPES.map((type) => ({
              type,
              why: standingInTheWay(decide(compiled, asked(type)), decide(ideal, asked(type))),
            })),
          );
        });
      }),
    ),
  ];
}

function judged(what: string, answers: readonly { type: Type; why: string | undefined }[]): Check {
  const possible = answers.filter(({ why }) => why === undefined).map(({ type }) => type);
  const why = answers.find((answer) => answer.why !== undefined)?.why;
  if (why === undefined) return ok(what, possible.join(', '));
  if (possible.length === 0) return refused(what, why);
  const impossible = answers.filter((answer) => answer.why !== undefined).map(({ type }) => type);
  return { state: 'warn', what, seen: `${possible.join(', ')}; no ${impossible.join(', no ')}: ${why}` };
}

const refused = (what: string, why: string): Check => ({ state: 'warn', what, seen: `nothing: ${why}` });

/** Obstacles to sending a message, whatever the treaties allow. */
function technical(
  { node, bus }: Pick<View, 'node' | 'bus'>,
  { id, node: theirs }: { id: string; node: string },
  list: z.output<typeof nationalListSchema>,
): string | undefined {
  if (theirs !== node && !bus.peers.includes(theirs)) return `its node ${theirs} is not among bus.peers`;
  const encrypts = list.certificates.some(({ authority, role }) => authority === id && role === 'encryption');
  return encrypts ? undefined : `${list.book} names no encryption certificate of it`;
}

/**
 * A finding that disappears where everything is in force, listed and agreed: so it is not about the message, which is
 * not written yet.
 */
function standingInTheWay(
  today: ReturnType<typeof decide>,
  ideal: ReturnType<typeof decide>,
): string | undefined {
  const key = ({ rule, effect }: (typeof today.findings)[number]): string => `${rule} ${effect}`;
  const apart = new Set(ideal.findings.map(key));
  const found = today.findings.find(
    (finding) => finding.effect !== 'warn' && finding.effect !== 'permit' && !apart.has(key(finding)),
  );
  return found && `${found.rule}: ${found.text.en}`;
}

/** The same register, had both sides notified, listed and agreed everything long ago. */
function withAll(register: Register, instrument: string, from: string, to: string): Register {
  const entries = [from, to].flatMap((id) => register.authorities.find((entry) => entry.id === id) ?? []);
  const listed = entries.map((entry) => ({
    ...entry,
    instruments: [instrument],
    from: LONG_AGO,
    until: null,
  }));
  const states = entries.flatMap(({ state }: Authority) => (typeof state === 'string' ? [state] : []));
  // Two more: some instruments are in force from the third.
  const parties = [...new Set([...states, 'KZ', 'BY', 'AM', 'RU', 'KG', 'TJ'])];
  return {
    ...register,
    events: parties.map((state) => ({ instrument, state, event: 'notified' as const, on: LONG_AGO })),
    authorities: [...register.authorities.filter(({ id }) => id !== from && id !== to), ...listed],
    arrangements: [{ instrument, between: [from, to], from: LONG_AGO, until: null, electronicForm: true }],
  };
}

function question(instrument: string, from: string, to: string, type: Type, at: Instant): SendAction {
  return {
    action: 'send',
    at,
    instrument,
    from,
    to,
    channel: 'bus',
    message: {
      type,
      urgent: false,
      language: 'ru',
      level: 'open',
      form: null,
      offence: null,
      contents: [],
      signatures: [{ by: 'head' }, { seal: 'authority' }],
      grounds: null,
      refusal: null,
      nexus: null,
      releaseDecision: null,
    },
    case: null,
  };
}

/** What the gateway has verified; the gateway reports a form that this version does not know. */
function contents<Schema extends z.ZodType>(
  books: readonly Held[],
  prefix: string,
  schema: Schema,
): z.output<Schema>[] {
  return books
    .filter(({ book }) => book.startsWith(prefix))
    .flatMap(({ content }) => {
      const parsed = schema.safeParse(content);
      return parsed.success ? [parsed.data] : [];
    });
}

const days = (from: string, until: string | null): string =>
  until === null ? `from ${from}` : `${from} to ${until}`;
