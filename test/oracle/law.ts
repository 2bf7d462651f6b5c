/**
 * Sections 1, 2, 6 and 7 of the treaty matrix as one flat table; messages.ts has 3 to 5. Written from the matrix and the
 * texts, not from libs/: this is the second reading, and it is right only while it stays separate.
 */

export const INSTRUMENTS = [
  'cis-it-crime-2018',
  'csto-infosphere-2014',
  'cis-infosec-2013',
  'cis-counterterror-2017',
] as const;
export type InstrumentId = (typeof INSTRUMENTS)[number];

/** Bound from the day of notification; no rules of their own here. */
export const SECRECY = ['csto-secrets-2004', 'cis-secrets-1993', 'cis-secrets-2013'] as const;

export const LEVELS_LOW_TO_HIGH = [
  'open',
  'restricted',
  'secret',
  'top-secret',
  'special-importance',
] as const;
export const SECRET = 2;

const CSTO = ['AM', 'BY', 'KZ', 'KG', 'RU', 'TJ'];
const CIS = [...CSTO, 'AZ', 'MD', 'TM', 'UZ', 'UA'];

export type Basis = 'explicit' | 'inferred';

export interface Row {
  /** Section 1: who may be a party at all. */
  readonly open: readonly string[];
  /** Section 1: the nth notification brings it into force, and each document works after so many days. */
  readonly notifications: number;
  readonly days: number;
  /** Section 1: out six months after the notice, or on the day that the notice names. */
  readonly leaves: 'after-six-months' | 'on-the-named-day';
  /** The Protocol of the CSTO is open to nobody later. */
  readonly accession: boolean;
  /** What it lasts as long as, besides itself. */
  readonly endsWith: string | null;
  readonly boundBy: readonly string[];
  /** Section 2. */
  readonly organs: boolean;
  readonly listedBy: readonly string[];
  /** The article that makes it cooperation of the Parties, not of one state's authorities with each other. */
  readonly betweenParties: readonly string[];
  /** Section 6: "what is `open` is free to use and pass on" (2013 #6.1 only). */
  readonly openIsFree: boolean;
  /** Explicit or inferred: a use as given, one consented to, a handing on consented to, and the telling of a request. */
  readonly read: {
    readonly given: Basis;
    readonly agreed: Basis;
    readonly passed: Basis;
    readonly told: Basis;
  };
  readonly usePermitted: readonly string[];
  readonly useConsented: readonly string[];
  readonly useWritten: boolean;
  readonly onward: readonly string[];
  readonly onwardWritten: boolean;
  readonly disclosureNeedsConsent: 'if-asked' | 'always' | 'no-rule';
  readonly disclosure: readonly string[];
  readonly disclosureWritten: boolean;
  /** Section 7. */
  readonly secrets: 'not-governed' | 'csto-secrets-2004' | 'never' | 'an-agreement-throughout';
  readonly secretsDenied: readonly string[];
  readonly secretsOffBus: readonly string[];
  /** For every release, and for what leaves a national system. */
  readonly releaseDecision: { readonly each: string; readonly abroad: string } | null;
}

export const LAW: Readonly<Record<InstrumentId, Row>> = {
  'cis-it-crime-2018': {
    open: CIS,
    notifications: 3,
    days: 30,
    leaves: 'after-six-months',
    accession: true,
    endsWith: null,
    boundBy: ['cis-it-crime-2018#16', 'cis-it-crime-2018#17.1', 'cis-it-crime-2018#18'],
    organs: false,
    listedBy: ['cis-it-crime-2018#4.1', 'cis-it-crime-2018#4.2'],
    betweenParties: ['cis-it-crime-2018#4.1', 'cis-it-crime-2018#4.2'],
    openIsFree: false,
    read: { given: 'explicit', agreed: 'explicit', passed: 'explicit', told: 'explicit' },
    usePermitted: ['cis-it-crime-2018#9.1'],
    useConsented: ['cis-it-crime-2018#9.2'],
    useWritten: true,
    onward: ['cis-it-crime-2018#10'],
    onwardWritten: true,
    disclosureNeedsConsent: 'if-asked',
    disclosure: ['cis-it-crime-2018#8.1'],
    disclosureWritten: false,
    secrets: 'not-governed',
    secretsDenied: ['cis-it-crime-2018#13', 'cis-it-crime-2018#8.1'],
    secretsOffBus: ['cis-it-crime-2018#13', 'cis-it-crime-2018#8.1'],
    releaseDecision: null,
  },
  'csto-infosphere-2014': {
    open: CSTO,
    notifications: 4,
    days: 0,
    leaves: 'on-the-named-day',
    accession: false,
    endsWith: 'collective-security-treaty-1992',
    boundBy: ['csto-infosphere-2014#16', 'csto-infosphere-2014#17', 'csto-infosphere-2014#18'],
    organs: false,
    listedBy: ['csto-infosphere-2014#4.1', 'csto-infosphere-2014#4.2'],
    betweenParties: ['csto-infosphere-2014#4.1', 'csto-infosphere-2014#4.2'],
    openIsFree: false,
    read: { given: 'explicit', agreed: 'explicit', passed: 'inferred', told: 'inferred' },
    usePermitted: ['csto-infosphere-2014#10.2'],
    useConsented: ['csto-infosphere-2014#10.2'],
    useWritten: false,
    onward: ['csto-infosphere-2014#10.2'],
    onwardWritten: false,
    disclosureNeedsConsent: 'always',
    disclosure: ['csto-infosphere-2014#10.1'],
    disclosureWritten: false,
    secrets: 'csto-secrets-2004',
    secretsDenied: ['csto-infosphere-2014#10.3'],
    secretsOffBus: ['csto-infosphere-2014#10.3'],
    releaseDecision: null,
  },
  'cis-infosec-2013': {
    open: CIS,
    notifications: 3,
    days: 30,
    leaves: 'on-the-named-day',
    accession: true,
    endsWith: null,
    boundBy: ['cis-infosec-2013#13', 'cis-infosec-2013#14', 'cis-infosec-2013#15'],
    organs: false,
    listedBy: ['cis-infosec-2013#8.1', 'cis-infosec-2013#9.1'],
    betweenParties: ['cis-infosec-2013#8.1', 'cis-infosec-2013#9.1'],
    openIsFree: true,
    read: { given: 'inferred', agreed: 'inferred', passed: 'inferred', told: 'inferred' },
    usePermitted: ['cis-infosec-2013#3', 'cis-infosec-2013#6.1'],
    useConsented: ['cis-infosec-2013#3', 'cis-infosec-2013#6.1'],
    useWritten: false,
    onward: ['cis-infosec-2013#6.1'],
    onwardWritten: false,
    disclosureNeedsConsent: 'no-rule',
    disclosure: ['cis-infosec-2013#6.1'],
    disclosureWritten: false,
    secrets: 'never',
    secretsDenied: ['cis-infosec-2013#6.2'],
    secretsOffBus: [],
    releaseDecision: null,
  },
  'cis-counterterror-2017': {
    open: CIS,
    notifications: 3,
    days: 30,
    leaves: 'on-the-named-day',
    accession: true,
    endsWith: null,
    boundBy: ['cis-counterterror-2017#16', 'cis-counterterror-2017#17', 'cis-counterterror-2017#18'],
    organs: true,
    listedBy: ['cis-counterterror-2017#5.1', 'cis-counterterror-2017#1'],
    betweenParties: ['cis-counterterror-2017#2', 'cis-counterterror-2017#5.1'],
    openIsFree: false,
    read: { given: 'explicit', agreed: 'inferred', passed: 'inferred', told: 'explicit' },
    usePermitted: ['cis-counterterror-2017#7.2'],
    useConsented: ['cis-counterterror-2017#7.2'],
    useWritten: false,
    onward: ['cis-counterterror-2017#7.2', 'cis-counterterror-2017#4.1.b'],
    onwardWritten: false,
    disclosureNeedsConsent: 'always',
    disclosure: ['cis-counterterror-2017#8.4'],
    disclosureWritten: true,
    secrets: 'an-agreement-throughout',
    // With an organ's system besides: it must meet the agreement of 2013.
    secretsDenied: ['cis-counterterror-2017#4.1.c', 'cis-counterterror-2017#9.4'],
    secretsOffBus: ['cis-counterterror-2017#6.1', 'cis-counterterror-2017#4.1.c'],
    releaseDecision: { each: 'cis-counterterror-2017#4.2', abroad: 'cis-counterterror-2017#9.2' },
  },
};
