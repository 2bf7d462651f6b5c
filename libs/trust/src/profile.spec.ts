import { ca, caUsage, makeDer, type MadeDer } from '../testing/chains.js';
import { der, resigned } from '../testing/der.js';
import { field, MALFORMED, time, times, type Edit } from '../testing/edits.js';
import { signedParts } from './der.js';
import { certificateFields, frameFault, suiteSigning } from './profile.js';

const BEGIN = time('260101000000Z');
const END = time('280101000000Z');

let made: MadeDer;
beforeAll(async () => {
  made = await makeDer({ name: 'Root', extensions: [ca(0), caUsage] });
});

function faultOf(edit: Edit): string | undefined {
  const parts = signedParts(resigned(made.der, made.pair.privateKey, edit));
  return frameFault(parts, certificateFields(parts));
}

/** What stands here and not in testing/faults.ts, OpenSSL refuses elsewhere or not at all. */
describe('the frame of a certificate', () => {
  it.each<[string, Edit]>([
    ['nothing changed', (fields) => fields],
    ['no extensions', (fields) => fields.slice(0, -1)],
    ['a serial number of 20 bytes', field('serial', `0214${'41'.repeat(20)}`)],
    ['the 29th of February', times(time('240229235959Z'), time('20280229000000Z'))],
    ['no end that is known', times(BEGIN, time('99991231235959Z'))],
    ['a beginning in 1999', times(time('990101000000Z'), END)],
    ['the 29th of February 2000', times(time('000229000000Z'), END)],
    ['a serial number of one byte', field('serial', '02017f')],
  ])('with %s is right', (_, edit) => {
    expect(faultOf(edit)).toBeUndefined();
  });

  it.each<[string, Edit, string]>([
    ['another algorithm inside', field('algorithm', '300a06082a8648ce3d040303'), 'two signature algorithms'],
    [
      'unique identifiers',
      (fields) => fields.toSpliced(-1, 0, Buffer.from('81020000', 'hex')),
      'other fields',
    ],
    ['a field behind its extensions', (fields) => [...fields, MALFORMED], 'other fields'],
    ['a field in the place of extensions', (fields) => fields.with(-1, MALFORMED), 'other fields'],
    ['no version', field('version', undefined), 'version 3'],
    ['version 4', field('version', 'a003020103'), 'version 3'],
    ['a serial number of no bytes', field('serial', '0200'), 'serial number'],
    ['the serial number -128', field('serial', '020180'), 'serial number'],
    ['the serial number 0', field('serial', '020100'), 'serial number'],
    ['a serial number of 21 bytes', field('serial', `0215${'41'.repeat(21)}`), 'serial number'],
    ['a serial number in pieces', field('serial', '2203020101'), 'serial number'],
    ['no issuer', field('issuer', '3000'), 'no issuer'],
    ['no subject', field('subject', '3000'), 'no subject'],
    ['three dates', field('validity', der(0x30, BEGIN, END, END)), 'date'],
    ['one date', field('validity', der(0x30, BEGIN)), 'date'],
    ['a date that is text', times(der(0x0c, Buffer.from('260101000000Z')), END), 'date'],
    ['no day in common', times(time('19000229000000Z'), END), 'date'],
    ...[
      '260231000000Z',
      '261301000000Z',
      '260101240000Z',
      '260101006000Z',
      '260101000060Z',
      '2601010000Z',
      '260101000000',
      '260101000000+0000',
      '260101000000ZZ',
      '26010100000aZ',
      '20260101000000.5Z',
      '202601010000Z',
    ].map((text): [string, Edit, string] => [`the beginning ${text}`, times(time(text), END), 'date']),
    ['a long year as a short one', times(der(0x17, Buffer.from('20260101000000Z')), END), 'date'],
    ['a short year as a long one', times(der(0x18, Buffer.from('260101000000Z')), END), 'date'],
  ])('with %s is not', (_, edit, fault) => {
    expect(faultOf(edit)).toContain(fault);
  });
});

it('a certificate has six fields at least', () => {
  const fieldsOf = (edit: Edit) =>
    certificateFields(signedParts(resigned(made.der, made.pair.privateKey, edit)));
  expect(fieldsOf((fields) => fields.slice(1, 7)).rest).toEqual([]);
  expect(fieldsOf((fields) => fields.slice(1, 7)).version).toBeUndefined();
  for (const edit of [
    () => [],
    (fields: Buffer[]) => fields.slice(1, 6),
    (fields: Buffer[]) => fields.slice(0, 6),
  ])
    expect(() => fieldsOf(edit)).toThrow('it lacks fields of a certificate');
});

it('a signature is over SHA-256 in the one encoding of its algorithm', () => {
  const suite = (text: string) => suiteSigning(Buffer.from(text, 'hex'));
  expect(suite('300a06082a8648ce3d040302')).toBe('P-256');
  expect(suite('300d06092a864886f70d01010b0500')).toBe('RSA');
  for (const other of [
    '300a06082a8648ce3d040303', // SHA-384
    '300c06082a8648ce3d0403020500', // with a NULL
    '300b06092a864886f70d01010b', // without it
    '300d06092a864886f70d0101050500', // SHA-1
    '',
  ])
    expect(suite(other)).toBeUndefined();
});
