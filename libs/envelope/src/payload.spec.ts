import { BOOK_VERSION_MAX, uuidv7 } from '#core';
import { ATTACHMENTS_MAX, PROOFS_MAX, REGISTER_BOOKS_MAX } from './limits.js';
import { payloadBytes, type Payload } from './payload.js';

const SHA256 = 'A'.repeat(43);
const id = uuidv7(Date.UTC(2026, 0, 1), new Uint8Array(16));
const attachment = { id: 'a1', name: 'протокол.pdf', mediaType: 'application/pdf', bytes: 0, sha256: SHA256 };
const proof = { typ: 'valise-consent+jws', id: 'c-1', sha256: SHA256 } as const;
const good: Payload = {
  v: 1,
  id,
  from: 'BY-MVD',
  to: 'KZ-MVD',
  act: 'request/1',
  case: 'case:1',
  instrument: 'cis-it-crime-2018',
  register: { 'treaty:CIS': { version: 1, hash: SHA256 } },
  exp: 1_800_000_000,
  level: 'open',
  body: { text: 'Прошу' },
  attachments: [attachment],
};
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const books = (count: number): Payload['register'] =>
  Object.fromEntries(many(count).map((index) => [`list:B${index}`, { version: 1, hash: SHA256 }]));
const signed = (over: object) => (): Buffer => payloadBytes({ ...good, ...over });

it.each<[string, object]>([
  ['an answer', { re: id }],
  [
    'as many attachments as there may be',
    { attachments: many(ATTACHMENTS_MAX).map((n) => ({ ...attachment, id: `a${n}` })) },
  ],
  ['as many proofs', { proofs: many(PROOFS_MAX).map((n) => ({ ...proof, id: `c${n}` })) }],
  ['the last of all versions', { register: { 'treaty:CIS': { version: BOOK_VERSION_MAX, hash: SHA256 } } }],
  ['as many books', { register: books(REGISTER_BOOKS_MAX) }],
  ['the last of all versions of its type', { act: 'request/9999' }],
  ['nothing attached', { attachments: [], proofs: [] }],
])('a payload may have %s', (_, over) => {
  expect(JSON.parse(signed(over)().toString())).toEqual({ ...good, ...over });
});

it.each<[string, object]>([
  ['.v', { v: 2 }],
  ['.id', { id: id.replace('-7', '-4') }],
  ['.id', { id: id.toUpperCase() }],
  ['.from', { from: 'BY MVD' }],
  ['.to', { to: '' }],
  ['.to', { to: 'K'.repeat(65) }],
  ['.act', { act: 'request' }],
  ['.act', { act: 'request/0' }],
  ['.act', { act: 'request/10000' }],
  ['.act', { act: 'request/1a' }],
  ['.act', { act: 'Request/1' }],
  ['.case', { case: 'c'.repeat(129) }],
  ['.case', { case: 'a b' }],
  ['.re', { re: {} }],
  ['.re', { re: null }],
  ['.re', { re: '' }],
  ['.instrument', { instrument: 'CIS' }],
  ['.register', { register: [] }],
  ['.register', { register: { cis: { version: 1, hash: SHA256 } } }],
  ['.register[…]', { register: { 'treaty:CIS': 1 } }],
  ['.register[…].version', { register: { 'treaty:CIS': { version: 0, hash: SHA256 } } }],
  ['.register[…].version', { register: { 'treaty:CIS': { version: '1', hash: SHA256 } } }],
  ['.register[…].version', { register: { 'treaty:CIS': { version: BOOK_VERSION_MAX + 1, hash: SHA256 } } }],
  ['.register[…].hash', { register: { 'treaty:CIS': { version: 1 } } }],
  ['.register[…].hash', { register: { 'treaty:CIS': { version: 1, hash: SHA256.slice(1) } } }],
  ['.register[…]', { register: { 'treaty:CIS': { version: 1, hash: SHA256, root: SHA256 } } }],
  ['.register', { register: books(REGISTER_BOOKS_MAX + 1) }],
  ['.exp', { exp: -1 }],
  ['.exp', { exp: 253_402_300_800 }],
  ['.level', { level: 'public' }],
  ['.body', { body: [] }],
  ['.body', { body: null }],
  ['.attachments[0].bytes', { attachments: [{ ...attachment, bytes: -1 }] }],
  ['.attachments[1].name', { attachments: [attachment, { ...attachment, id: 'a2', name: '..' }] }],
  ['.attachments[0].name', { attachments: [{ ...attachment, name: 'a/b' }] }],
  ['.attachments[0].name', { attachments: [{ ...attachment, name: 'fdp.\u202eexe' }] }],
  ['.attachments[0].name', { attachments: [{ ...attachment, name: '' }] }],
  ['.attachments[0].name', { attachments: [{ ...attachment, name: 'n'.repeat(256) }] }],
  ['.attachments[0].mediaType', { attachments: [{ ...attachment, mediaType: 'pdf' }] }],
  ['.attachments[0].sha256', { attachments: [{ ...attachment, sha256: SHA256.slice(1) }] }],
  ['.attachments[0].sha256', { attachments: [{ ...attachment, sha256: `${SHA256.slice(1)}B` }] }],
  ['.attachments[0]', { attachments: [{ ...attachment, key: 'x' }] }],
  ['.attachments', { attachments: [attachment, attachment] }],
  ['.attachments', { attachments: many(ATTACHMENTS_MAX + 1).map((n) => ({ ...attachment, id: `a${n}` })) }],
  ['.proofs[0].typ', { proofs: [{ ...proof, typ: 'valise-msg+jws' }] }],
  ['.proofs', { proofs: many(PROOFS_MAX + 1).map((n) => ({ ...proof, id: `c${n}` })) }],
  ['', { note: 'x' }],
])('%#: a fault at payload%s is told by its path', (path, over) => {
  expect(signed(over)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', details: expect.objectContaining({ path }) as unknown }),
  );
});

it.each([
  'протокол № 1.pdf',
  'a',
  '...',
  'ملف.pdf',
  'میخواهم\u200cنامه.pdf',
  '📎.txt',
  ' a ',
  'n'.repeat(255),
])('an attachment may be named %j', (name) => {
  expect(() => payloadBytes({ ...good, attachments: [{ ...attachment, name }] })).not.toThrow();
});

it.each([
  ...['\0', '\t', '\n', '\r', '\u001b', '\u007f', '\u0080', '\u0085', '\u009f', '\u2028', '\u2029'],
  ...['\u061c', '\u200e', '\u200f', '\u202a', '\u202e', '\u2066', '\u2069', '\\', '/', '\ud83d', '\udcce'],
])('no attachment’s name has %j in it', (character) => {
  for (const name of [`a${character}b`, character, `b${character}`])
    expect(() => payloadBytes({ ...good, attachments: [{ ...attachment, name }] })).toThrow(
      '.attachments[0].name',
    );
});

it.each(Object.keys(good))('without %s there is no payload', (name) => {
  const without = Object.fromEntries(Object.entries(good).filter(([member]) => member !== name));
  expect(() => payloadBytes(without as unknown as Payload)).toThrow(`payload.${name}`);
});
