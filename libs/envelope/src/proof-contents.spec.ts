import { SAMPLES as STATEMENTS } from '../testing/statements.js';
import { CONDITIONS_MAX, PROOF_ITEMS_MAX, PURPOSES_MAX } from './limits.js';
import type { ProofType } from './proof-contents.js';
import { statementBytes } from './statements.js';

const SAMPLES = {
  consent: STATEMENTS['valise-consent+jws'],
  release: STATEMENTS['valise-release+jws'],
  revocation: STATEMENTS['valise-revocation+jws'],
};
type Kind = keyof typeof SAMPLES;

/** A proof that is good but for what is given over: its content as it is signed, or the error of its maker. */
function made(kind: Kind, over: object): () => unknown {
  const content = Object.entries({ ...SAMPLES[kind], ...over }).filter(([, member]) => member !== undefined);
  const typ: ProofType = `valise-${kind}+jws`;
  return () => JSON.parse(statementBytes(typ, Object.fromEntries(content) as never).toString()) as unknown;
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const hash = (index = 0): string => `${'A'.repeat(39)}${String(index).padStart(3, '0')}A`;
const purpose = { instrument: 'cis-it-crime-2018', activity: 'detection', offences: ['3.1.a'], caseId: null };
const item = { saltedHash: hash(), level: 'open', purposes: [purpose], conditions: [] };
const released = { saltedHash: hash(), level: 'open' };
const items = (over: object) => ({ items: [{ ...item, ...over }] });
const purposes = (over: object) => items({ purposes: [{ ...purpose, ...over }] });
const toPurpose = { kind: 'purpose', purposes: [purpose], recipient: undefined };
const at = SAMPLES.release.at;

it.each<[Kind, string, object]>([
  ['consent', 'the kind disclosure', { kind: 'disclosure' }],
  ['consent', 'the kind purpose, with purposes and without a recipient', toPurpose],
  ['consent', 'no purpose at all', { ...toPurpose, purposes: [] }],
  ['consent', 'no item', { items: [] }],
  ['consent', 'no end', { until: null }],
  ['consent', 'an end a millisecond after its beginning', { from: at, until: at.replace('Z', '.001Z') }],
  ['consent', 'any offence as a purpose', purposes({ offences: 'any' })],
  ['consent', 'no offence as a purpose', purposes({ offences: [] })],
  ['consent', 'as many offences as there may be', purposes({ offences: many(PURPOSES_MAX, String) })],
  ['consent', 'the longest offence', purposes({ offences: ['x'.repeat(64)] })],
  ['consent', 'the longest id of a case', purposes({ caseId: 'x'.repeat(200) })],
  ['consent', 'as many purposes as there may be', items({ purposes: Array(PURPOSES_MAX).fill(purpose) })],
  ['consent', 'as many conditions as there may be', { conditions: many(CONDITIONS_MAX, String) }],
  ['consent', 'the longest condition', { conditions: ['x'.repeat(1_000)] }],
  [
    'consent',
    'as many items as there may be',
    { items: many(PROOF_ITEMS_MAX, (n) => ({ ...item, saltedHash: hash(n) })) },
  ],
  ['release', 'nothing released', { items: [] }],
  [
    'release',
    'as many items as there may be',
    { items: many(PROOF_ITEMS_MAX, (n) => ({ ...released, saltedHash: hash(n) })) },
  ],
  ['release', 'the longest citation of its law', { law: 'x'.repeat(500) }],
  ['release', 'an end', { until: '2026-12-01T00:00:00Z' }],
  ['revocation', 'a release to revoke', { of: { ...SAMPLES.revocation.of, typ: 'valise-release+jws' } }],
  ['revocation', 'the longest reason', { reason: 'x'.repeat(1_000) }],
])('a %s may have %s', (kind, _, over) => {
  const stripped = Object.entries({ ...SAMPLES[kind], ...over }).filter(([, member]) => member !== undefined);
  expect(made(kind, over)()).toEqual(Object.fromEntries(stripped));
});

it.each<[Kind, string, object]>([
  ['consent', '.kind', { kind: 'gift' }],
  ['consent', '.kind', { kind: '' }],
  ['consent', '.instrument', { instrument: 'CIS' }],
  ['consent', '.rule', { rule: '' }],
  ['consent', '.to', { to: SAMPLES.consent.by }],
  ['consent', '.recipient', { recipient: undefined }],
  ['consent', '.recipient', { kind: 'disclosure', recipient: undefined }],
  ['consent', '.recipient', { ...toPurpose, recipient: 'by-mvd' }],
  ['consent', '.purposes', { ...toPurpose, purposes: undefined }],
  ['consent', '.purposes', { kind: 'purpose', recipient: 'by-mvd' }],
  ['consent', '.until', { until: SAMPLES.consent.from }],
  ['consent', '.until', { until: '2026-04-30T23:59:59Z' }],
  ['consent', '.items', { items: [item, item] }],
  ['consent', '.items', { items: many(PROOF_ITEMS_MAX + 1, (n) => ({ ...item, saltedHash: hash(n) })) }],
  ['consent', '.items[0]', items({ surprise: 1 })],
  ['consent', '.items[0].saltedHash', items({ saltedHash: 'x' })],
  ['consent', '.items[0].level', items({ level: 'cosmic' })],
  ['consent', '.items[0].purposes', items({ purposes: undefined })],
  ['consent', '.items[0].purposes', items({ purposes: Array(PURPOSES_MAX + 1).fill(purpose) })],
  ['consent', '.items[0].conditions[0]', items({ conditions: [''] })],
  ['consent', '.items[0].purposes[0]', purposes({ surprise: 1 })],
  ['consent', '.items[0].purposes[0].activity', purposes({ activity: '' })],
  ['consent', '.items[0].purposes[0].offences', purposes({ offences: '' })],
  ['consent', '.items[0].purposes[0].offences[0]', purposes({ offences: [''] })],
  ['consent', '.items[0].purposes[0].offences[0]', purposes({ offences: ['x'.repeat(65)] })],
  ['consent', '.items[0].purposes[0].offences', purposes({ offences: many(PURPOSES_MAX + 1, String) })],
  ['consent', '.items[0].purposes[0].caseId', purposes({ caseId: 'x'.repeat(201) })],
  ['consent', '.conditions', { conditions: many(CONDITIONS_MAX + 1, String) }],
  ['consent', '.conditions[0]', { conditions: ['x'.repeat(1_001)] }],
  ['consent', '.conditions[0]', { conditions: [''] }],
  ['consent', '.written', { written: 'yes' }],
  ['release', '.until', { until: at }],
  ['release', '.until', { until: '2026-04-30T23:59:59Z' }],
  ['release', '.items', { items: [released, released] }],
  ['release', '.items', { items: many(PROOF_ITEMS_MAX + 1, (n) => ({ ...released, saltedHash: hash(n) })) }],
  ['release', '.items[0]', { items: [{ ...released, purposes: [] }] }],
  ['release', '.items[0].level', { items: [{ saltedHash: hash() }] }],
  ['release', '.law', { law: '' }],
  ['release', '.law', { law: 'x'.repeat(501) }],
  ['revocation', '.of.typ', { of: { ...SAMPLES.revocation.of, typ: 'valise-revocation+jws' } }],
  ['revocation', '.of.typ', { of: { ...SAMPLES.revocation.of, typ: '' } }],
  ['revocation', '.of', { of: { ...SAMPLES.revocation.of, by: 'am-nss' } }],
  ['revocation', '.of.sha256', { of: { ...SAMPLES.revocation.of, sha256: 'x' } }],
  ['revocation', '.reason', { reason: '' }],
  ['revocation', '.reason', { reason: 'x'.repeat(1_001) }],
])('a %s with a fault at %s is refused at its maker', (kind, path, over) => {
  expect(made(kind, over)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', details: { path } }));
});
