import type { SendAction } from '#policy';
import { openedBy, type Outcome, type Send, type Table } from './vector.js';

type Type = SendAction['message']['type'];

/** A message inside a case that kz-a opened with by-a: who may send it, what it rests on, and what it must say. */
export interface Step {
  readonly type: Type;
  readonly by: 'initiator' | 'executor' | 'both';
  readonly cites: readonly string[];
  readonly says?: NonNullable<Send['message']>;
  /** Consultation and consents may stand alone. */
  readonly alone?: true;
  /** The warnings for its sender. */
  readonly warns?: readonly string[];
}

/** On which no instrument has a word, and which either side may send. */
export const UNSPOKEN: readonly Type[] = [
  'return',
  'reminder',
  'recall',
  'account',
  'supplement',
  'paper-notice',
  'correction',
  'erasure-request',
  'feedback',
];
/** What concerns information already given, and may be sent when one of the two is no longer bound. */
const CONTINUING: readonly Type[] = [
  'consent-request',
  'consent-answer',
  'consent-revocation',
  'restriction',
  'recall',
  'account',
  'correction',
  'erasure-request',
  'return',
];

/** An authority whose state has left, from when on, and by what article. */
export interface Left {
  readonly id: string;
  readonly at?: string;
  readonly by: string;
}

/** Without the request, or from the wrong side, these are no such thing; the rest is only unusual. */
const ANSWERS: readonly Type[] = ['confirmation', 'result', 'refusal', 'postponement', 'conditions', 'obstacle', 'forwarded'];

/** What the second round of steps is sent with, and rests on: on paper, inside one state, in a case never confirmed. */
export interface Provoked {
  readonly common: readonly string[];
  /** Articles of the electronic way, which paper does not need. */
  readonly without: readonly string[];
  /** What a request would have to justify, and these need not. */
  readonly says: NonNullable<Send['message']>;
  /** The warning that an answer to an unconfirmed request carries. */
  readonly warning: readonly string[];
  /** On paper too, all goes once more with one who has left. */
  readonly left: Left;
}

/** Each step by the right side and by the wrong one, and without a case; and again where only a request would be stopped. */
export function procedure(table: Table, common: readonly string[], steps: readonly Step[], provoked: Provoked): void {
  const row = (
    id: string,
    why: string,
    change: Send,
    cites: readonly string[],
    usual: boolean,
    type: Type,
    warning: readonly string[] = [],
  ): void => {
    const permitted = usual || !ANSWERS.includes(type);
    const doubt = permitted ? 'valise#procedure' : 'valise#no-rule';
    const warns = [...warning, ...(usual || !permitted ? [] : [doubt])];
    const more = { warns, ...(permitted ? { obligations: [] } : {}) };
    table.send('procedure', id, why, change, permitted ? 'permit' : 'deny', usual ? cites : [...cites, doubt], more);
  };
  for (const { type, by, cites, says, alone, warns = [] } of steps) {
    const message = { type, ...says };
    const initiator = { from: 'kz-a', to: 'by-a', case: openedBy('kz-a'), message };
    const executor = { from: 'by-a', to: 'kz-a', case: openedBy('kz-a'), message };
    const all = [...common, ...cites];
    const ways = { initiator, executor };
    for (const side of ['initiator', 'executor'] as const) {
      const right = by === 'both' || by === side;
      row(`${type}-by-${side}`, right ? `it is for the ${side}` : `it is not for the ${side}`, ways[side], all, right, type, warns);
    }
    const opening = by === 'executor' ? executor : initiator;
    const why = alone ? 'it may stand alone' : 'it exists inside a case only';
    row(`${type}-alone`, why, { ...opening, case: null }, all, alone === true, type, warns);
    const unconfirmed = openedBy('kz-a', { confirmed: false, sentAt: '2026-03-01T00:00:00Z' });
    const inside = {
      ...(by === 'executor' ? { from: 'kz-b', to: 'kz-a' } : { from: 'kz-a', to: 'kz-b' }),
      channel: 'off-bus' as const,
      case: unconfirmed,
      message: { ...message, ...(type === 'confirmation' ? {} : provoked.says) },
    };
    const rest = cites.filter((cite) => !provoked.without.includes(cite));
    const late = ['result', 'refusal', 'postponement', 'conditions'].includes(type) ? provoked.warning : [];
    const warning = [...late, ...warns];
    row(`${type}-inside`, 'what stops a request does not stop it', inside, [...provoked.common, ...rest, ...late], true, type, warning);
    const { left } = provoked;
    const sides = by === 'executor' ? { from: 'kz-a', to: left.id, case: openedBy(left.id) } : { from: left.id, to: 'kz-a', case: openedBy(left.id) };
    const continues = CONTINUING.includes(type);
    table.send(
      'afterwards',
      `${type}-afterwards`,
      continues ? 'it concerns what was given, and may be sent when one of the two has left' : 'one of the two has left',
      { ...sides, channel: 'off-bus', message, ...(left.at === undefined ? {} : { at: left.at }) },
      continues ? 'permit' : 'deny',
      [...provoked.common, ...rest, left.by, ...(continues ? ['valise#continuing'] : [])],
      { warns: continues ? [left.by, ...warns] : warns },
    );
  }
}

/** What opens an exchange may also come while one is open, from either side; the state of that case is not its own. */
export function openers(table: Table, rows: readonly [Type, NonNullable<Send['message']>, Outcome, readonly string[]][]): void {
  for (const [type, says, outcome, cites] of rows) {
    for (const [side, initiator] of [
      ['initiator', 'kz-a'],
      ['executor', 'by-a'],
    ] as const) {
      const opened = openedBy(initiator, { confirmed: false, sentAt: '2026-03-01T00:00:00Z' });
      table.send(
        'procedure',
        `${type}-in-case-of-${side}`,
        'a case is no bar to another exchange',
        { case: opened, message: { type, ...says } },
        outcome,
        cites,
      );
    }
  }
}

/** What opens an exchange does not go to one who has left. */
export function openersAfterwards(table: Table, left: Left, rows: readonly [Type, NonNullable<Send['message']>, readonly string[]][]): void {
  for (const [type, says, cites] of rows) {
    const at = left.at === undefined ? {} : { at: left.at };
    const send = { to: left.id, channel: 'off-bus' as const, message: { type, ...says }, ...at };
    table.send('afterwards', `${type}-afterwards`, 'one of the two has left', send, 'deny', [...cites, left.by]);
  }
}

/** What holds for every message: listed today, sealed on the bus, to another authority. */
export function listing(
  table: Table,
  send: Send,
  cites: {
    readonly all: readonly string[];
    readonly listed: string;
    readonly unlisted: string;
    readonly sameState?: string;
  },
): void {
  const without = cites.all.filter((cite) => cite !== cites.listed);
  const unlisted = [...without, cites.unlisted];
  const deny = (id: string, why: string, change: Send, rules: readonly string[]): void => {
    table.send('listing', id, why, { ...send, ...change }, 'deny', rules);
  };
  deny('not-listed', 'known, and on no list', { to: 'by-off' }, unlisted);
  deny('not-listed-sender', 'the sender is on no list', { from: 'by-off', to: 'kz-a' }, unlisted);
  deny('nobody', 'an authority that nobody knows', { to: 'xx-nobody' }, unlisted);
  deny('oneself', 'to itself', { to: 'kz-a' }, unlisted);
  const day = (id: string, to: string, at: string, listed: boolean, why: string): void => {
    table.send('listing', id, why, { ...send, to, at }, listed ? 'permit' : 'deny', listed ? cites.all : unlisted);
  };
  day('until-included', 'by-old', '2025-12-31T23:59:59Z', true, 'the last day of an entry is included');
  day('until-over', 'by-old', '2026-01-01T00:00:00Z', false, 'and the next is not');
  day('from-not-yet', 'by-new', '2026-06-30T23:59:59Z', false, 'not listed yet');
  day('from-begins', 'by-new', '2026-07-01T00:00:00Z', true, 'listed from this day');
  const message = { ...send.message, signatures: [] };
  deny('unsealed', 'the bus requires a seal', { message }, [...cites.all, 'valise#seal']);
  deny('unit-seal', 'and not that of a unit', { message: { ...message, signatures: [{ seal: 'unit' }] } }, [...cites.all, 'valise#seal']);
}
