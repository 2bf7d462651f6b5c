import type { Action } from '#policy';
import type { InstrumentId } from './law.js';

/** Section 9 of the matrix, and of sections 3 to 5 what can be written as a table: read from the texts. */

export type MessageType = Extract<Action, { action: 'send' }>['message']['type'];

export interface Scope {
  readonly forms: readonly string[];
  readonly unknownForm: string;
  readonly offences: readonly string[];
  readonly unknownOffence: string;
  /** Concrete cases, which name the crime. */
  readonly formsOfCases: readonly string[];
  readonly russianOnly: string | null;
  readonly contents: readonly string[];
  readonly mandatory: readonly string[];
  readonly unknownContents: string;
}

const letters = (prefix: string, all: string): string[] => Array.from(all, (letter) => `${prefix}${letter}`);
const numbers = (prefix: string, to: number): string[] =>
  Array.from({ length: to }, (_, index) => `${prefix}${String(index + 1)}`);

export const SCOPE: Readonly<Record<InstrumentId, Scope>> = {
  'cis-it-crime-2018': {
    forms: [...letters('5.', 'abcdefghij'), ...numbers('5.a.', 4), '5.b.1', '5.b.2'],
    unknownForm: '5',
    offences: letters('3.1.', 'abcdefgh'),
    unknownOffence: '3.1',
    formsOfCases: ['5.a', '5.a.1', '5.b', '5.b.1', '5.b.2', '5.c', '5.i'],
    russianOnly: null,
    contents: letters('6.3.', 'abcdefg'),
    mandatory: letters('6.3.', 'abcdeg'),
    unknownContents: '6.3',
  },
  'csto-infosphere-2014': {
    forms: numbers('5.', 7),
    unknownForm: '5',
    offences: letters('3.1.', 'abc'),
    unknownOffence: '3.1',
    formsOfCases: [],
    russianOnly: '13',
    contents: letters('6.2.', 'abcdef'),
    mandatory: letters('6.2.', 'abcde'),
    unknownContents: '6.2',
  },
  'cis-infosec-2013': {
    forms: [...numbers('3.', 19), '9.2'],
    unknownForm: '3',
    offences: [],
    unknownOffence: '2',
    formsOfCases: [],
    russianOnly: null,
    contents: [],
    mandatory: [],
    unknownContents: '9.1',
  },
  'cis-counterterror-2017': {
    forms: ['2', '12'],
    unknownForm: '2',
    offences: [],
    unknownOffence: '2',
    formsOfCases: [],
    russianOnly: '19',
    contents: letters('8.1.', 'abcde'),
    mandatory: letters('8.1.', 'abcd'),
    unknownContents: '8.1',
  },
};

/** One kind of message: whose it is, on what it rests, and whether the text says so or is read so. */
export interface Step {
  readonly by: 'initiator' | 'executor' | 'either';
  readonly rests: readonly string[];
  readonly basis: 'explicit' | 'inferred';
}

const step = (by: Step['by'], rests: string, basis: Step['basis'] = 'explicit'): Step => ({
  by,
  rests: rests.split(' '),
  basis,
});
/** Silence on procedure is no prohibition. */
const silent = (by: Step['by'] = 'either'): Step => step(by, 'valise#procedure', 'inferred');

type Steps = Readonly<Partial<Record<MessageType, Step>>>;
const SILENT: Steps = {
  return: silent(),
  reminder: silent(),
  recall: silent(),
  withdrawal: silent('initiator'),
};

/** Without the request, or from the wrong side, these are no such thing. */
export const ANSWERS: readonly MessageType[] = [
  'confirmation',
  'result',
  'refusal',
  'postponement',
  'conditions',
  'obstacle',
  'forwarded',
];

/** After a withdrawal these may still be sent: they concern what was given before. */
export const CONTINUING = [
  'consent-request',
  'consent-answer',
  'consent-revocation',
  'restriction',
  'recall',
  'account',
  'correction',
  'erasure-request',
  'return',
] as readonly MessageType[];

export const STEPS: Readonly<Record<Exclude<InstrumentId, 'cis-infosec-2013'>, Steps>> = {
  'cis-it-crime-2018': {
    ...SILENT,
    confirmation: step('initiator', '6.2.1'),
    result: step('executor', '7.7'),
    refusal: step('executor', '11.2'),
    postponement: step('executor', '7.6'),
    conditions: step('executor', '7.6'),
    'conditions-answer': step('initiator', '7.6'),
    obstacle: step('executor', '7.2'),
    forwarded: step('executor', '7.3'),
    'additional-information-request': step('executor', '7.1', 'inferred'),
    'additional-information': step('initiator', '7.1', 'inferred'),
    'attendance-request': step('initiator', '7.5'),
    'attendance-answer': step('executor', '7.5'),
    'confidentiality-notice': step('executor', '8.2'),
    'confidentiality-answer': step('initiator', '8.3'),
    costs: step('either', '12'),
    consultation: step('either', '14'),
  },
  'csto-infosphere-2014': {
    ...SILENT,
    confirmation: step('initiator', '6.4'),
    result: step('executor', '7.7'),
    refusal: step('executor', '9.2'),
    postponement: step('executor', '7.6'),
    conditions: step('executor', '7.6'),
    'conditions-answer': step('initiator', '7.6'),
    obstacle: step('executor', '7.3'),
    forwarded: step('executor', '7.4'),
    'additional-information-request': step('executor', '7.5'),
    'attendance-request': step('initiator', '8'),
    'attendance-answer': step('executor', '8'),
    'confidentiality-notice': step('executor', '10.1', 'inferred'),
    'confidentiality-answer': step('initiator', '10.1', 'inferred'),
    costs: step('either', '12'),
    consultation: step('either', '11'),
  },
  'cis-counterterror-2017': {
    ...SILENT,
    result: step('executor', '8.2.a'),
    refusal: step('executor', '8.2.b'),
    postponement: step('executor', '8.2.b'),
    conditions: step('executor', '8.2.b'),
    obstacle: step('executor', '8.2', 'inferred'),
    forwarded: step('executor', '12', 'inferred'),
    'additional-information-request': step('executor', '12', 'inferred'),
    'additional-information': step('initiator', '12', 'inferred'),
    'confidentiality-notice': step('executor', '8.4', 'inferred'),
    'confidentiality-answer': step('initiator', '8.4', 'inferred'),
    consultation: step('either', '14'),
  },
};

export interface Refusals {
  readonly grounds: readonly string[];
  /** Where the grounds stand, and where the text points those who disagree. */
  readonly told: readonly string[];
  readonly reasonsDue: string | null;
}

export const REFUSALS: Readonly<Partial<Record<InstrumentId, Refusals>>> = {
  'cis-it-crime-2018': {
    grounds: [
      'sovereignty',
      'security',
      'national-interests',
      'public-order',
      'rights-of-citizens',
      'national-law',
      'international-obligations',
    ],
    told: ['11.1', '14'],
    reasonsDue: null,
  },
  'csto-infosphere-2014': { grounds: ['national-law'], told: ['9.1', '11', '14'], reasonsDue: '9.2' },
  'cis-counterterror-2017': {
    grounds: [
      'sovereignty',
      'security',
      'national-interests',
      'public-order',
      'national-law',
      'international-obligations',
      'not-compliant',
    ],
    told: ['8.3', '14'],
    reasonsDue: '8.2.b',
  },
};

/** Of an organ under 2017, which has no interests, legislation or obligations of a state. */
export const GROUNDS_OF_AN_ORGAN: readonly string[] = ['not-compliant'];
