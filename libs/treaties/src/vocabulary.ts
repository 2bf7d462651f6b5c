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

export function levelRank(level: Level): number {
  return LEVELS.indexOf(level);
}

export function isStateSecret(level: Level): boolean {
  return levelRank(level) >= levelRank('secret');
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
