import { text, type Text } from './text.js';

/** Closed lists that instruments, register and actions share; contracts/decide.md names each. */

/** Low to high; `secret` and above are state secrets. */
export const LEVELS = ['open', 'restricted', 'secret', 'top-secret', 'special-importance'] as const;
export type Level = (typeof LEVELS)[number];

/** The grades as people read them; a state's own names for them are in its list. */
export const LEVEL_TEXTS: Readonly<Record<Level, Text>> = {
  open: text('открытая информация', 'ашық ақпарат', 'open'),
  restricted: text('ДСП', 'Қызмет бабында пайдалану үшін', 'restricted'),
  secret: text('секретно', 'құпия', 'secret'),
  'top-secret': text('совершенно секретно', 'өте құпия', 'top secret'),
  'special-importance': text('особой важности', 'аса маңызды', 'of special importance'),
};

const RANKS: Readonly<Record<Level, number>> = {
  open: 0,
  restricted: 1,
  secret: 2,
  'top-secret': 3,
  'special-importance': 4,
};

export function levelRank(level: Level): number {
  return RANKS[level];
}

export function isStateSecret(level: Level): boolean {
  return RANKS[level] >= RANKS.secret;
}

export const MESSAGE_TYPES = [
  'request',
  'standing-request',
  'spontaneous',
  'confirmation',
  'result',
  'refusal',
  'postponement',
  'conditions',
  'conditions-answer',
  'additional-information-request',
  'additional-information',
  'obstacle',
  'forwarded',
  'confidentiality-notice',
  'confidentiality-answer',
  'attendance-request',
  'attendance-answer',
  'consent-request',
  'consent-answer',
  'consent-revocation',
  'consultation',
  'return',
  'reminder',
  'withdrawal',
  'costs',
  'recall',
  'restriction',
  'account',
  'supplement',
  'paper-notice',
  'term-proposal',
  'term-answer',
  'correction',
  'erasure-request',
  'feedback',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Who may send what inside a case that asks for execution; other types are open to both. */
export const BY_INITIATOR: readonly MessageType[] = [
  'confirmation',
  'conditions-answer',
  'additional-information',
  'confidentiality-answer',
  'attendance-request',
  'withdrawal',
];
export const BY_EXECUTOR: readonly MessageType[] = [
  'result',
  'refusal',
  'postponement',
  'conditions',
  'additional-information-request',
  'obstacle',
  'forwarded',
  'confidentiality-notice',
  'attendance-answer',
];

/**
 * Acts of an originator that two of its officers decide and sign: the message says nothing without the statement that they
 * signed (docs/protocol/envelope.md, section 7.1). null: there is no such statement yet, so the message cannot be sent.
 */
export const SIGNED_BY_TWO: Readonly<
  Partial<Record<MessageType, 'valise-consent+jws' | 'valise-revocation+jws' | null>>
> = {
  'consent-answer': 'valise-consent+jws',
  'consent-revocation': 'valise-revocation+jws',
  restriction: null,
  recall: null,
};
/**
 * What the texts leave to a decision of the authority in the case (2018 #7.5, #7.6, #8.2, #9.2, #11; CSTO #7.6, #8, #9, #10.2; 2017
 * #8.2.b, #8.3): people send it, never a system by itself.
 */
export const PEOPLE_DECIDE: readonly MessageType[] = [
  'refusal',
  'postponement',
  'conditions',
  'conditions-answer',
  'confidentiality-notice',
  'confidentiality-answer',
  'attendance-request',
  'attendance-answer',
  'consent-answer',
  'consent-revocation',
  'restriction',
  'recall',
  'erasure-request',
  'term-proposal',
  'term-answer',
  'withdrawal',
];

export const REFUSAL_GROUNDS = [
  'sovereignty',
  'security',
  'national-interests',
  'public-order',
  'rights-of-citizens',
  'national-law',
  'international-obligations',
  'not-compliant',
] as const;
export type RefusalGround = (typeof REFUSAL_GROUNDS)[number];

/** The five of 2018 #2.1, evidence in court, and the subject of the 2013 agreement. */
export const ACTIVITIES = [
  'prevention',
  'detection',
  'suppression',
  'solving',
  'investigation',
  'court-evidence',
  'information-security',
] as const;
export type Activity = (typeof ACTIVITIES)[number];

export const OFFICER_ROLES = ['head', 'deputy-head', 'unit-head', 'authorised-person'] as const;
export type OfficerRole = (typeof OFFICER_ROLES)[number];

export const SEALS = ['authority', 'unit'] as const;
export type Seal = (typeof SEALS)[number];

/**
 * Who writes to whom: two authorities; two central specialised units; from one of these to a unit that is not central; any other
 * pair with a unit in it.
 */
export const PAIRINGS = ['authorities', 'central-units', 'central-to-unit', 'mixed'] as const;
export type Pairing = (typeof PAIRINGS)[number];

export const AUTHORITY_KINDS = ['authority', 'central-specialised-unit', 'organ'] as const;
export type AuthorityKind = (typeof AUTHORITY_KINDS)[number];

/** What a further agreement of the register is on: protecting secrets, a technical channel, legal assistance. */
export const AGREEMENT_KINDS = ['secrecy', 'channel', 'legal-assistance'] as const;
export type AgreementKind = (typeof AGREEMENT_KINDS)[number];

export const EVENT_KINDS = ['signed', 'notified', 'acceded', 'withdrawal-notified', 'terminated'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];
