import { LAW, type CompiledRegister } from '#treaties';
import { actionSchema, decide, type Decision, type Effect } from '../src/index.js';

/** Authorities, acts and what was decided of them, for specs that change one thing at a time. */

export const AT = '2026-03-10T09:00:00Z';

/** On the lists of all instruments for years; its id begins with its state. */
export const authority = (id: string, change: object = {}) => ({
  ...{ id, state: id.slice(0, 2).toUpperCase(), kind: 'authority', from: '2016-01-01', until: null },
  ...{ instruments: LAW.instruments.map((one) => one.id), timeZone: 'Asia/Almaty', clearance: {} },
  ...change,
});
export const organ = (id: string, change: object = {}) =>
  authority(id, { state: null, organ: true, kind: 'organ', ...change });

/** These states are bound by the instruments, by all if none are named. */
export const notified = (
  states: readonly string[],
  instruments: readonly string[] = LAW.instruments.map(({ id }) => id),
) =>
  instruments.flatMap((instrument) =>
    states.map((state) => ({ instrument, state, event: 'notified', on: '2019-01-10' })),
  );

export const itemOf = (change: object = {}) => ({
  ...{ id: 'i1', instrument: 'cis-it-crime-2018', provider: 'by-a', receiver: 'kz-a', level: 'open' },
  ...{ purposes: [], conditions: [], ...change },
});

const messageOf = (change: object = {}) => ({
  ...{ type: 'consultation', urgent: false, language: 'ru', level: 'open', form: '2', offence: null },
  ...{ contents: [], signatures: [{ seal: 'authority' }], grounds: 'needed', refusal: null, nexus: null },
  ...{ releaseDecision: false, ...change },
});

/** A confirmed request of kz-a. */
export const facts = {
  ...{ initiator: 'kz-a', receivedAt: null, sentAt: '2026-03-09T09:00:00Z', confirmed: true },
  ...{ deadline: null, confidentialityAsked: false },
};

export const send = (change: object = {}, ofMessage: object = {}): object => ({
  ...{ action: 'send', at: AT, instrument: 'cis-counterterror-2017', from: 'kz-a', to: 'by-a' },
  ...{ channel: 'bus', case: null, ...change, message: messageOf(ofMessage) },
});

export const transfer = (change: object): object => ({
  ...{ action: 'transfer', at: AT, instrument: 'cis-counterterror-2017', from: 'kz-a', to: 'by-a' },
  ...{ channel: 'bus', level: 'open', releaseDecision: true, items: [], consents: [], ...change },
});

export const judge = (register: CompiledRegister, action: object): Decision =>
  decide(register, actionSchema.parse(action));

/** The rules of all findings, or of those with one effect. */
export const rulesOf = ({ findings }: Decision, effect?: Effect): string[] =>
  findings.filter((finding) => effect === undefined || finding.effect === effect).map(({ rule }) => rule);
