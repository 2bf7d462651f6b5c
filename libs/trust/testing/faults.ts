import 'reflect-metadata';
import { generateKeyPairSync } from 'node:crypto';
import { BasicConstraintsExtension, Extension, KeyUsageFlags } from '@peculiar/x509';
import type { Role } from '../src/index.js';
import {
  AT,
  ca,
  caUsage,
  leafUsage,
  nameConstraints,
  noCa,
  purposes,
  unknown,
  type MadeDer,
  type Wish,
} from './chains.js';
import {
  AUTHORITY_KEY,
  critical,
  CRL_NUMBER,
  entry,
  field,
  MALFORMED,
  OTHER_KEY,
  replaced,
  SUBJECT_KEY,
  time,
  times,
  without,
  type Edit,
} from './edits.js';

/** What can be wrong with a chain, one thing at a time: for both judges, or only for us. */

const DAY_MS = 86_400_000;
const EARLIER = new Date(AT.getTime() - 30 * DAY_MS);
const LATER = new Date(AT.getTime() + 30 * DAY_MS);
const MIDNIGHT = '260101000000Z';

export type Pair = MadeDer['pair'];
type Over = Partial<Omit<Wish, 'issuer' | 'name'>>;

/** What is made; faults change it before. */
export interface Plan {
  hasMiddle: boolean;
  readonly root: Over;
  readonly middle: Over;
  readonly leaf: Over;
  leafExtensions: Extension[];
  leafRoles: Role[];
  asked: Role;
  /** Whose key stands in place of the right one. */
  foreign?: 'root' | 'middle' | 'leaf signature';
  selfSigned?: true;
  bitFlipped?: true;
  second?: true;
  lists?: {
    revoked?: 'leaf' | 'middle';
    thisUpdate?: Date;
    nextUpdate?: Date;
    foreign?: true;
    without?: true;
    edit?: Edit;
  };
}

export interface Fault {
  readonly name: string;
  /** Two faults that touch the same could cancel each other. */
  readonly touches: 'leaf dates' | 'leaf frame' | 'leaf content' | 'roles' | 'above' | 'signature' | 'lists';
  readonly apply: (plan: Plan) => void;
}

const fault = (touches: Fault['touches'], name: string, apply: Fault['apply']): Fault => ({
  name,
  touches,
  apply,
});
const middle = (name: string, over: Over): Fault =>
  fault('above', name, (plan) => {
    plan.hasMiddle = true;
    Object.assign(plan.middle, over);
  });
const lists = (name: string, wish: NonNullable<Plan['lists']>): Fault =>
  fault('lists', name, (plan) => {
    plan.lists = wish;
    if (wish.revoked === 'middle') plan.hasMiddle = true;
  });
const leaf = (touches: Fault['touches'], name: string, over: Over): Fault =>
  fault(touches, name, (plan) => {
    Object.assign(plan.leaf, over);
  });

/** Two faults of a leaf's frame are written one after the other. */
const framed = (touches: Fault['touches'], name: string, edit: Edit): Fault =>
  fault(touches, name, (plan) => {
    const before = plan.leaf.edit;
    const both: Edit = (fields) => edit(before === undefined ? fields : before(fields));
    Object.assign(plan.leaf, { edit: both });
  });
const frame = (name: string, edit: Edit): Fault => framed('leaf frame', name, edit);
const added = (name: string, ...extensions: Extension[]): Fault =>
  fault('leaf content', name, (plan) => void plan.leafExtensions.push(...extensions));

/** Both must refuse. */
export const WRONG: readonly Fault[] = [
  leaf('leaf dates', 'leaf expired', { notAfter: EARLIER }),
  leaf('leaf dates', 'leaf not yet valid', { notBefore: LATER }),
  middle('intermediate expired', { notAfter: EARLIER }),
  middle('intermediate not yet valid', { notBefore: LATER }),
  fault('above', 'root expired', (plan) => Object.assign(plan.root, { notAfter: EARLIER })),
  middle('intermediate is no authority', { extensions: [noCa, leafUsage()] }),
  middle('intermediate without basic constraints', { extensions: [caUsage] }),
  middle('intermediate may not sign certificates', { extensions: [ca(0), leafUsage()] }),
  fault('above', 'root allows no intermediate', (plan) => {
    plan.hasMiddle = true;
    Object.assign(plan.root, { extensions: [ca(0), caUsage] });
  }),
  fault('above', 'root may not sign certificates', (plan) =>
    Object.assign(plan.root, { extensions: [ca(1), leafUsage(KeyUsageFlags.cRLSign)] }),
  ),
  middle('unknown critical extension in the intermediate', { extensions: [ca(0), caUsage, unknown(true)] }),
  fault('leaf content', 'unknown critical extension in the leaf', (plan) => {
    plan.leafExtensions.push(unknown(true));
  }),
  leaf('signature', 'SHA-1 below the leaf', { hash: 'SHA-1' }),
  middle('SHA-1 below the intermediate', { hash: 'SHA-1' }),
  leaf('signature', 'issuer of another name', { issuerName: 'Nobody' }),
  fault('signature', 'signed with another key', (plan) => void (plan.foreign = 'leaf signature')),
  fault('signature', 'one bit of the signature', (plan) => void (plan.bitFlipped = true)),
  fault('signature', 'self-signed leaf', (plan) => void (plan.selfSigned = true)),
  fault('above', 'another root of the same name', (plan) => void (plan.foreign = 'root')),
  fault('above', 'another intermediate of the same name', (plan) => {
    plan.hasMiddle = true;
    plan.foreign = 'middle';
  }),
  lists('leaf revoked', { revoked: 'leaf' }),
  lists('intermediate revoked', { revoked: 'middle' }),
  lists('list out of date', { nextUpdate: EARLIER }),
  lists('list of the future', { thisUpdate: LATER }),
  lists('list signed by another', { foreign: true }),
  lists('list missing', { without: true }),
  frame('leaf that does not name its issuer’s key', without(AUTHORITY_KEY)),
  middle('intermediate that does not name its issuer’s key', { edit: without(AUTHORITY_KEY) }),
  middle('intermediate that does not name its key', { edit: without(SUBJECT_KEY) }),
  fault('above', 'root that does not name its key', (plan) =>
    Object.assign(plan.root, { edit: without(SUBJECT_KEY) }),
  ),
  frame('critical name of the issuer’s key', critical(AUTHORITY_KEY)),
  middle('critical name of its key in the intermediate', { edit: critical(SUBJECT_KEY) }),
  frame('another key of the issuer named', replaced(AUTHORITY_KEY, OTHER_KEY)),
  frame('malformed name of its key', replaced(SUBJECT_KEY, MALFORMED)),
  frame('version 1 with extensions', field('version', undefined)),
  frame('version 2 with extensions', field('version', 'a003020101')),
  middle('version 1 of the intermediate', { edit: field('version', undefined) }),
  frame('no issuer', field('issuer', '3000')),
  frame('no subject and no other name', field('subject', '3000')),
  middle('no subject of the intermediate', { edit: field('subject', '3000') }),
  frame('another algorithm inside', field('algorithm', '300a06082a8648ce3d040303')),
  added('an empty list of other names', new Extension('2.5.29.17', false, Buffer.from('3000', 'hex'))),
  added('a malformed place of lists', new Extension('2.5.29.31', false, MALFORMED)),
  fault('leaf content', 'path length of a leaf', (plan) => {
    plan.leafExtensions = [new BasicConstraintsExtension(false, 0, true), leafUsage()];
  }),
  fault('leaf content', 'leaf that may sign certificates', (plan) => {
    plan.leafExtensions = [noCa, leafUsage(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign)];
  }),
  middle('an authority that is not critical', {
    extensions: [new BasicConstraintsExtension(true, 0), caUsage],
  }),
  middle('intermediate without key usage', { extensions: [ca(0)] }),
  fault('above', 'root without key usage', (plan) => Object.assign(plan.root, { extensions: [ca(1)] })),
  ...[
    '260231000000Z',
    '250229000000Z',
    '261301000000Z',
    '260101240000Z',
    '260101006000Z',
    '260101000060Z',
    '2601010000Z',
    '260101000000+0000',
    '26010100000aZ',
  ].map((text) => frame(`the beginning ${text}`, times(time(text), time('280101000000Z')))),
  frame('the end 20270229000000Z', times(time(MIDNIGHT), time('20270229000000Z'))),
  frame('the end 20280101000000.5Z', times(time(MIDNIGHT), time('20280101000000.5Z'))),
  middle('an end of the intermediate that does not exist', {
    edit: times(time(MIDNIGHT), time('270229000000Z')),
  }),
  lists('list with a critical number', { edit: critical(CRL_NUMBER) }),
  lists('list with a critical reason', { edit: entry('7777', MIDNIGHT, '0603551d150101ff04030a0101') }),
  lists('list of another key of its issuer', { edit: replaced(AUTHORITY_KEY, OTHER_KEY) }),
  lists('list of a day that does not exist', { edit: field('thisUpdate', time('260231000000Z')) }),
  lists('list until a day that does not exist', { edit: field('nextUpdate', time('270231000000Z')) }),
];

/** The only disagreements that are allowed: we refuse, OpenSSL accepts, for these reasons. */
export const NARROWER: readonly Fault[] = [
  fault('roles', 'the role asked for is another than the issuer wrote', (plan) => void (plan.asked = 'head')),
  fault('roles', 'no role at all', (plan) => void (plan.leafRoles = [])),
  fault('leaf content', 'a leaf that is an authority', (plan) => {
    plan.leafExtensions = [ca(0), caUsage];
  }),
  fault('leaf content', 'a key usage that the role does not have', (plan) => {
    plan.leafExtensions = [noCa, leafUsage(KeyUsageFlags.keyAgreement)];
  }),
  fault('leaf content', 'no key usage', (plan) => void (plan.leafExtensions = [noCa])),
  fault('leaf content', 'an extended key usage of another protocol', (plan) => {
    plan.leafExtensions.push(purposes('1.3.6.1.5.5.7.3.1'));
  }),
  middle('name constraints, which we do not apply', { extensions: [ca(0), caUsage, nameConstraints(true)] }),
  middle('name constraints that are not critical', { extensions: [ca(0), caUsage, nameConstraints(false)] }),
  fault('above', 'more than one intermediate', (plan) => {
    plan.hasMiddle = true;
    plan.second = true;
  }),
  leaf('signature', 'SHA-512, which no suite has', { hash: 'SHA-512' }),
  leaf('leaf dates', 'a key on P-384', { pair: generateKeyPairSync('ec', { namedCurve: 'P-384' }) }),
  fault('leaf dates', 'an RSA key of 2048 bits', (plan) =>
    Object.assign(plan.leaf, { pair: generateKeyPairSync('rsa', { modulusLength: 2048 }) }),
  ),
  // Section 4.1.2.2; the lists name certificates by their serial numbers.
  framed('lists', 'a negative serial number', field('serial', '0201ff')),
  framed('lists', 'the serial number zero', field('serial', '020100')),
  framed('lists', 'a serial number of 21 bytes', field('serial', `0215${'41'.repeat(21)}`)),
  lists('list that names a serial number twice', {
    edit: (fields) => entry('7777', MIDNIGHT)(entry('7777', '260102000000Z')(fields)),
  }),
  lists('list with a revocation on a day that does not exist', { edit: entry('7777', '260231000000Z') }),
  lists('list of version 1 with extensions', { edit: field('version', undefined) }),
  lists('list without a next update', { edit: field('nextUpdate', undefined) }),
];
