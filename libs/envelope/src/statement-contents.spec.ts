import { BOOK_VERSION_MAX } from '#core';
import { SAMPLES } from '../testing/statements.js';
import { RANGE_PARTS_MAX, RESEND_NUMBERS_MAX } from './limits.js';
import { isEncryptedStatementType, isStatementType, type StatementType } from './statement-contents.js';
import { statementBytes } from './statements.js';

const LONG = 'A'.repeat(43);
const EPOCH_MAX = 2_147_483_647;

/** A statement that is good but for what is given over: its bytes, or the error of its maker. */
function made(typ: StatementType, over: object): () => unknown {
  const content = { ...SAMPLES[typ], ...over };
  return () => JSON.parse(statementBytes(typ, content as never).toString()) as unknown;
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

it.each(Object.keys(SAMPLES) as StatementType[])('%s has all its members and no other', (typ) => {
  expect(made(typ, {})()).toEqual(SAMPLES[typ]);
  for (const member of Object.keys(SAMPLES[typ]))
    expect(made(typ, { [member]: undefined })).toThrow(`${typ}.${member}: `);
  expect(made(typ, { surprise: 1 })).toThrow(`${typ}: `);
});

it.each<[StatementType, string, object]>([
  ['valise-receipt+jws', 'a code and the rule behind it', { code: 'ENVELOPE_EXPIRED', rule: 'cis#6.1' }],
  ['valise-receipt+jws', 'a code of one letter', { code: 'X' }],
  ['valise-receipt+jws', 'the longest code', { code: 'X'.repeat(64) }],
  ['valise-receipt+jws', 'the stage accepted', { stage: 'accepted' }],
  ['valise-receipt+jws', 'the stage rejected', { stage: 'rejected' }],
  ['valise-receipt+jws', 'a checkpoint of the ledger', { checkpoint: { size: 1 } }],
  ['valise-receipt+jws', 'the first of all places', { ep: 0, n: 0 }],
  ['valise-receipt+jws', 'the last of all places', { ep: EPOCH_MAX, n: Number.MAX_SAFE_INTEGER }],
  ['valise-receipt+jws', 'an instant to the millisecond', { at: '2026-06-01T00:00:00.123Z' }],
  ['valise-resend+jws', 'the first number alone', { ns: [0] }],
  ['valise-resend+jws', 'as many numbers as there may be', { ns: numbers(RESEND_NUMBERS_MAX) }],
  ['valise-void+jws', 'the longest reason', { reason: 'x'.repeat(256) }],
  ['valise-range+jws', 'one part', { count: 1 }],
  ['valise-range+jws', 'as many parts as there may be', { count: RANGE_PARTS_MAX }],
  ['valise-epoch+jws', 'nothing sent before', { ep: 1, sent: null }],
  ['valise-epoch+jws', 'the place of what was received', { received: { ep: 3, n: 0, D: LONG } }],
  ['valise-epoch+jws', 'an old epoch in an answer', { ep: 1, re: LONG }],
  ['valise-arrangement+jws', 'its times as instants', { from: '2026-01-01T00:00:00Z' }],
  ['valise-arrangement+jws', 'a last day', { until: '2026-12-31', electronicForm: false }],
  ['valise-arrangement+jws', 'the last of all versions', { version: BOOK_VERSION_MAX }],
  ...['open', 'restricted', 'secret', 'top-secret', 'special-importance'].map(
    (upTo): [StatementType, string, object] => ['valise-accreditation+jws', `the level ${upTo}`, { upTo }],
  ),
  ['valise-accreditation+jws', 'no end', { until: null }],
])('%s may have %s', (typ, _, over) => {
  expect(made(typ, over)()).toEqual({ ...SAMPLES[typ], ...over });
});

it.each<[StatementType, string, object]>([
  ['valise-receipt+jws', '.id', { id: '01890a5d-ac96-474b-bcce-b302099a8057' }],
  ['valise-receipt+jws', '.D', { D: LONG.slice(1) }],
  ['valise-receipt+jws', '.by', { by: 'kz knb' }],
  ['valise-receipt+jws', '.to', { to: '' }],
  ['valise-receipt+jws', '.ep', { ep: -1 }],
  ['valise-receipt+jws', '.ep', { ep: EPOCH_MAX + 1 }],
  ['valise-receipt+jws', '.n', { n: -1 }],
  ['valise-receipt+jws', '.n', { n: 0.5 }],
  ['valise-receipt+jws', '.n', { n: 2 ** 53 }],
  ['valise-receipt+jws', '.stage', { stage: 'read' }],
  ['valise-receipt+jws', '.stage', { stage: '' }],
  ['valise-receipt+jws', '.code', { code: '' }],
  ['valise-receipt+jws', '.code', { code: ' X' }],
  ['valise-receipt+jws', '.code', { code: 'X ' }],
  ['valise-receipt+jws', '.code', { code: '_X' }],
  ['valise-receipt+jws', '.code', { code: 'X'.repeat(65) }],
  ['valise-receipt+jws', '.rule', { rule: 'a b' }],
  ['valise-receipt+jws', '.at', { at: '2026-06-01' }],
  ['valise-receipt+jws', '.at', { at: '2026-02-30T00:00:00Z' }],
  ['valise-receipt+jws', '.checkpoint', { checkpoint: [] }],
  ['valise-receipt+jws', '.checkpoint', { checkpoint: 'x' }],
  ['valise-resend+jws', '.ns', { ns: [] }],
  ['valise-resend+jws', '.ns', { ns: numbers(RESEND_NUMBERS_MAX + 1) }],
  ['valise-resend+jws', '.ns', { ns: [2, 1] }],
  ['valise-resend+jws', '.ns', { ns: [1, 1] }],
  ['valise-resend+jws', '.ns', { ns: [0, 0] }],
  ['valise-resend+jws', '.ns', { ns: [1, 3, 2] }],
  ['valise-resend+jws', '.ns[1]', { ns: [0, -1] }],
  ['valise-void+jws', '.reason', { reason: '' }],
  ['valise-void+jws', '.reason', { reason: 'x'.repeat(257) }],
  ['valise-range+jws', '.attachment', { attachment: '/a' }],
  ['valise-range+jws', '.first', { first: -1 }],
  ['valise-range+jws', '.count', { count: 0 }],
  ['valise-range+jws', '.count', { count: RANGE_PARTS_MAX + 1 }],
  ['valise-epoch+jws', '.ep', { ep: 1 }],
  ['valise-epoch+jws', '.ep', { ep: 0 }],
  ['valise-epoch+jws', '.sent.D', { sent: { ep: 1, n: 1 } }],
  ['valise-epoch+jws', '.sent', { sent: { ep: 1, n: 1, D: LONG, at: '' } }],
  ['valise-epoch+jws', '.received.n', { received: { ep: 1, n: -1, D: LONG } }],
  ['valise-epoch+jws', '.re', { re: 'x' }],
  ['valise-arrangement+jws', '.version', { version: 0 }],
  ['valise-arrangement+jws', '.version', { version: BOOK_VERSION_MAX + 1 }],
  ['valise-arrangement+jws', '.instrument', { instrument: 'CIS' }],
  ['valise-arrangement+jws', '.between', { between: ['kz-knb', 'kz-knb'] }],
  ['valise-arrangement+jws', '.between', { between: ['kz-knb', 'by-mvd', 'am-nss'] }],
  ['valise-arrangement+jws', '.between[1]', { between: ['kz-knb', 'by mvd'] }],
  ['valise-arrangement+jws', '.from', { from: '2026' }],
  ['valise-arrangement+jws', '.until', { until: '' }],
  ['valise-arrangement+jws', '.electronicForm', { electronicForm: 'yes' }],
  ['valise-accreditation+jws', '.under', { under: 'A' }],
  ['valise-accreditation+jws', '.upTo', { upTo: 'cosmic' }],
  ['valise-accreditation+jws', '.upTo', { upTo: '' }],
  ['valise-book-statement+jws', '.book', { book: 'KZ' }],
])('%s with a fault at %s is refused at its maker', (typ, path, over) => {
  expect(made(typ, over)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', details: { path } }));
});

it('knows which types there are, and which travel encrypted', () => {
  const types = Object.keys(SAMPLES);
  expect(types.filter(isStatementType)).toEqual(types);
  expect(types.filter(isEncryptedStatementType)).toEqual(
    ['receipt', 'resend', 'void', 'range', 'epoch', 'checkpoint', 'log-ask'].map(
      (name) => `valise-${name}+jws`,
    ),
  );
  for (const typ of ['', 'toString', 'valise-msg+jws']) {
    expect(isStatementType(typ)).toBe(false);
    expect(isEncryptedStatementType(typ)).toBe(false);
  }
});
