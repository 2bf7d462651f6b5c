import type { Action, Consent, Item, Purpose } from '#policy';
import type { Agreement, Authority, Level, Register } from '#treaties';
import { INSTRUMENTS, type InstrumentId } from './law.js';

/** The small cast and the plain registers from which the abstract domain is spelt out. */

export const NOW = '2026-03-10T09:00:00Z';
export const TODAY = '2026-03-10';
export const YESTERDAY = '2026-03-09';
export const TOMORROW = '2026-03-11';
export const LONG_AGO = '2019-01-01';

/** Holder and sender, recipient, two providers, a neighbour in the holder's state, an organ. */
export const HOLDER = 'kz-holder';
export const RECIPIENT = 'by-recipient';
export const PROVIDER = 'ru-provider';
export const OTHER_PROVIDER = 'am-provider';
export const NEIGHBOUR = 'kz-neighbour';
/** Units: two of the holder, one of them central, a central one of the recipient, and one of a unit. */
export const UNIT = 'kz-unit';
export const CENTRAL = 'kz-central';
export const THEIR_CENTRAL = 'by-central';
export const THEIR_UNIT = 'by-unit';
export const ORGAN = 'cis-organ';
export const BILATERAL = 'by-kz-secrets-2008';
export const AGREEMENTS = ['csto-secrets-2004', 'cis-secrets-1993', 'cis-secrets-2013', BILATERAL] as const;
export type AgreementId = (typeof AGREEMENTS)[number];

const STATE_OF = {
  [HOLDER]: 'KZ',
  [NEIGHBOUR]: 'KZ',
  [RECIPIENT]: 'BY',
  [PROVIDER]: 'RU',
  [OTHER_PROVIDER]: 'AM',
  [UNIT]: 'KZ',
  [CENTRAL]: 'KZ',
  [THEIR_CENTRAL]: 'BY',
  [THEIR_UNIT]: 'BY',
} as const;

export function authority(id: keyof typeof STATE_OF, change: Partial<Authority> = {}): Authority {
  return {
    id,
    state: STATE_OF[id],
    instruments: [...INSTRUMENTS],
    kind: 'authority',
    ...{ from: LONG_AGO, until: null, timeZone: 'Asia/Almaty', clearance: {} },
    ...change,
  };
}

export function organ(change: Partial<Authority> = {}): Authority {
  return {
    id: ORGAN,
    organ: true,
    instruments: [...INSTRUMENTS],
    kind: 'organ',
    ...{ from: LONG_AGO, until: null, timeZone: 'Europe/Moscow', clearance: {} },
    ...change,
  };
}

/** All four instruments bind KZ, BY, RU and AM; everybody is listed; no secrecy agreement is there yet. */
export function plainRegister(): Register {
  const states = ['KZ', 'BY', 'RU', 'AM'];
  return {
    events: INSTRUMENTS.flatMap((instrument) =>
      states.map((state) => ({ instrument, state, event: 'notified' as const, on: LONG_AGO })),
    ),
    authorities: [
      authority(HOLDER),
      authority(RECIPIENT),
      authority(PROVIDER),
      authority(OTHER_PROVIDER),
      authority(NEIGHBOUR),
      organ(),
    ],
    arrangements: [],
    agreements: [],
    channels: [],
  };
}

/** The same, with the units of holder and recipient. */
export function registerWithUnits(): Register {
  const register = plainRegister();
  const central = { kind: 'central-specialised-unit' as const };
  register.authorities.push(
    authority(UNIT, { unitOf: HOLDER }),
    authority(CENTRAL, { ...central, unitOf: HOLDER }),
    authority(THEIR_CENTRAL, { ...central, unitOf: RECIPIENT }),
    authority(THEIR_UNIT, { unitOf: RECIPIENT }),
  );
  return register;
}

export type Binding =
  | 'nobody'
  | 'holder-only'
  | 'recipient-only'
  | 'both'
  | 'both-from-today'
  | 'recipient-tomorrow'
  | 'both-until-today'
  | 'both-until-yesterday';

export interface Clearance {
  readonly upTo: Level;
  readonly whose?: 'recipient' | 'holder';
}

export interface Accreditation {
  readonly upTo: Level;
  readonly reversed?: boolean;
  readonly between?: readonly [string, string];
  readonly from?: string;
  readonly until?: string | null;
}

/** How one secrecy agreement stands between the two: whom it binds, who is cleared and which channel is accredited under it. */
export interface Standing {
  readonly binding: Binding;
  readonly clearance: Clearance | null;
  readonly accreditation: Accreditation | null;
}

/** Adds a standing to a register; `to` is the recipient, `from` the sender, either of which may be the organ. */
export function stand(
  register: Register,
  agreement: AgreementId,
  standing: Standing,
  [from, to]: readonly [string, string] = [HOLDER, RECIPIENT],
): void {
  if (agreement === BILATERAL) register.agreements?.push(...bilateral(standing.binding));
  else register.events.push(...notifications(agreement, standing.binding));
  const { clearance, accreditation } = standing;
  if (clearance !== null) {
    const whose = clearance.whose === 'holder' ? from : to;
    for (const entry of register.authorities) {
      if (entry.id === whose) entry.clearance = { ...entry.clearance, [agreement]: clearance.upTo };
    }
  }
  if (accreditation !== null) {
    const [a, b] = accreditation.between ?? (accreditation.reversed === true ? [to, from] : [from, to]);
    register.channels.push({
      between: [a, b],
      under: agreement,
      upTo: accreditation.upTo,
      from: accreditation.from ?? LONG_AGO,
      until: accreditation.until ?? null,
    });
  }
}

/** A multilateral agreement binds a state from the day of its notification; none of these ends. */
function notifications(instrument: string, binding: Binding): Register['events'] {
  const notified = (state: string, on: string) =>
    ({ instrument, state, event: 'notified', on }) satisfies Register['events'][number];
  switch (binding) {
    case 'nobody':
      return [{ instrument, state: 'KZ', event: 'signed', on: LONG_AGO }];
    case 'holder-only':
      return [notified('KZ', LONG_AGO), notified('RU', LONG_AGO)];
    case 'recipient-only':
      return [notified('BY', LONG_AGO), notified('RU', LONG_AGO)];
    case 'both-from-today':
      return [notified('KZ', LONG_AGO), notified('BY', TODAY)];
    case 'recipient-tomorrow':
      return [notified('KZ', LONG_AGO), notified('BY', TOMORROW)];
    case 'both':
    case 'both-until-today':
    case 'both-until-yesterday':
      return [notified('BY', LONG_AGO), notified('KZ', LONG_AGO)];
  }
}

function bilateral(binding: Binding): Agreement[] {
  const agreement = (between: string[], from = LONG_AGO, until: string | null = null): Agreement[] => [
    { id: BILATERAL, kind: 'secrecy', between, from, until },
  ];
  switch (binding) {
    case 'nobody':
      return agreement(['RU', 'AM']);
    case 'holder-only':
      return agreement(['KZ', 'RU']);
    case 'recipient-only':
      return agreement(['RU', 'BY']);
    case 'both':
      return agreement(['BY', 'KZ']);
    case 'both-from-today':
      return agreement(['KZ', 'BY'], TODAY);
    case 'recipient-tomorrow':
      return agreement(['KZ', 'BY'], TOMORROW);
    case 'both-until-today':
      return agreement(['KZ', 'BY'], LONG_AGO, TODAY);
    case 'both-until-yesterday':
      return agreement(['KZ', 'BY'], LONG_AGO, YESTERDAY);
  }
}

export function purpose(instrument: string, change: Partial<Purpose> = {}): Purpose {
  return { instrument, activity: 'investigation', offences: ['3.1.a'], caseId: 'KZ-77', ...change };
}

export function item(change: Partial<Item> = {}): Item {
  const instrument = change.instrument ?? 'cis-it-crime-2018';
  return {
    id: 'i1',
    instrument,
    provider: PROVIDER,
    receiver: HOLDER,
    level: 'open',
    purposes: [purpose(instrument)],
    conditions: [],
    ...change,
  };
}

export function consent(change: Partial<Consent> = {}): Consent {
  return {
    id: 'c1',
    kind: 'onward-transfer',
    by: PROVIDER,
    to: HOLDER,
    items: 'all',
    recipient: RECIPIENT,
    purposes: null,
    written: true,
    from: '2026-03-01T00:00:00Z',
    until: null,
    revokedAt: null,
    conditions: [],
    ...change,
  };
}

type Transfer = Extract<Action, { action: 'transfer' }>;
type Send = Extract<Action, { action: 'send' }>;

export function transfer(instrument: InstrumentId, change: Partial<Transfer> = {}): Transfer {
  return {
    action: 'transfer',
    at: NOW,
    instrument,
    from: HOLDER,
    to: RECIPIENT,
    channel: 'bus',
    level: 'open',
    releaseDecision: false,
    items: [],
    consents: [],
    ...change,
  };
}

/** A message with which nothing is wrong: spontaneous where the instrument provides for that, else a result. */
export function send(
  instrument: InstrumentId,
  level: Level,
  releaseDecision: boolean,
  change: Partial<Send> = {},
): Send {
  const [from, to] = [change.from ?? HOLDER, change.to ?? RECIPIENT];
  const csto = instrument === 'csto-infosphere-2014';
  return {
    action: 'send',
    at: NOW,
    instrument,
    from,
    to,
    channel: 'bus',
    message: {
      type: csto ? 'result' : 'spontaneous',
      urgent: false,
      language: 'ru',
      level,
      form: FORMS[instrument],
      offence: OFFENCES[instrument],
      contents: [],
      signatures: [{ by: 'head' }, { seal: 'authority' }],
      grounds: 'of interest',
      refusal: null,
      nexus: null,
      releaseDecision,
    },
    case: csto
      ? {
          initiator: to,
          receivedAt: '2026-03-02T08:00:05Z',
          sentAt: '2026-03-02T08:00:00Z',
          confirmed: true,
          deadline: null,
          confidentialityAsked: false,
        }
      : null,
    ...change,
  };
}

const FORMS: Record<InstrumentId, string> = {
  'cis-it-crime-2018': '5.a',
  'csto-infosphere-2014': '5.1',
  'cis-infosec-2013': '3.9',
  'cis-counterterror-2017': '2',
};
const OFFENCES: Record<InstrumentId, string | null> = {
  'cis-it-crime-2018': '3.1.a',
  'csto-infosphere-2014': '3.1.c',
  'cis-infosec-2013': null,
  'cis-counterterror-2017': null,
};
