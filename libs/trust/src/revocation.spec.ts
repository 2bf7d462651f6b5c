import 'reflect-metadata';
import { KeyUsageFlags } from '@peculiar/x509';
import { AT, ca, caUsage, leafUsage, make, NOT_AFTER, NOT_BEFORE, type Made } from '../testing/chains.js';
import { der, itemsOf, pemOf, resigned } from '../testing/der.js';
import { CRL_NUMBER, entry, field, MALFORMED, replaced, type Edit } from '../testing/edits.js';
import { createCrl, parseCrl, type Crl } from './index.js';
import { CLOCK_SKEW_MS, revocationOf } from './revocation.js';

const later = (ms: number): Date => new Date(AT.getTime() + ms);

let issuer: Made;
let leaf: Made;
beforeAll(async () => {
  issuer = await make({ name: 'Root', extensions: [ca(0), caUsage] });
  leaf = await make({ name: 'Leaf', issuer, extensions: [] });
});

async function list(
  over: { thisUpdate?: Date; nextUpdate?: Date; by?: Made; revoked?: boolean; edit?: Edit } = {},
): Promise<Crl> {
  const { by = issuer, revoked = true, edit } = over;
  const { serialNumber } = leaf.certificate;
  const { der } = await createCrl({
    issuer: { certificate: by.certificate, privateKey: by.pair.privateKey },
    revoked: [{ serialNumber: revoked ? serialNumber : '40', at: NOT_BEFORE, reason: 'superseded' }],
    thisUpdate: over.thisUpdate ?? NOT_BEFORE,
    nextUpdate: over.nextUpdate ?? NOT_AFTER,
    number: 1,
  });
  return parseCrl(edit ? resigned(der, by.pair.privateKey, edit) : der);
}
const answer = (crl: Crl, by = issuer) => revocationOf(leaf.certificate, by.certificate, [crl], AT);
const format = (message: string): unknown =>
  expect.objectContaining({
    code: 'CERTIFICATE_FORMAT',
    message: expect.stringContaining(message) as unknown,
  });

describe('what a revocation list says', () => {
  it('counts as soon as clocks may differ, and no sooner', async () => {
    expect(answer(await list({ thisUpdate: later(CLOCK_SKEW_MS) }))).toBe('revoked');
    expect(answer(await list({ thisUpdate: later(CLOCK_SKEW_MS + 1000) }))).toBe('not-covered');
  });

  it('clears others up to its next update', async () => {
    expect(answer(await list({ revoked: false, nextUpdate: AT }))).toBe('good');
    const lapsed = await list({ revoked: false, nextUpdate: later(-1000) });
    expect(answer(lapsed)).toBe('stale');
    // A list that has lapsed takes nothing from a fresh one beside it.
    const both = [lapsed, await list({ revoked: false })];
    expect(revocationOf(leaf.certificate, issuer.certificate, both, AT)).toBe('good');
  });

  it('counts only where the issuer may sign lists', async () => {
    const wish = { name: 'Root', pair: issuer.pair };
    const silent = await make({
      ...wish,
      extensions: [ca(0), leafUsage(KeyUsageFlags.keyCertSign)],
    });
    const unlimited = await make({ ...wish, extensions: [ca(0)] });
    const crl = await list();
    expect(answer(crl)).toBe('revoked');
    expect([answer(crl, silent), answer(crl, unlimited)]).toEqual(['not-covered', 'not-covered']);
  });

  it('counts from the instant of the revocation', async () => {
    const { serialNumber } = leaf.certificate;
    const listed = async (at: Date): Promise<string> => {
      const { der } = await createCrl({
        issuer: { certificate: issuer.certificate, privateKey: issuer.pair.privateKey },
        revoked: [{ serialNumber, at }],
        thisUpdate: NOT_BEFORE,
        nextUpdate: NOT_AFTER,
        number: 1,
      });
      return answer(parseCrl(der));
    };
    expect([await listed(AT), await listed(later(1000))]).toEqual(['revoked', 'good']);
  });
});

describe('a revocation list', () => {
  const withExtension = (hex: string): Edit => replaced(CRL_NUMBER, Buffer.from(hex, 'hex'));
  /** Takes the number's place, not critical. */
  const exchanged =
    (oid: string): Edit =>
    (fields) =>
      fields.with(
        -1,
        Buffer.from((fields.at(-1) ?? MALFORMED).toString('hex').replace(CRL_NUMBER, oid), 'hex'),
      );

  it.each<[string, Edit, string]>([
    ['is a delta, and forgot to be critical', exchanged('0603551d1b'), 'delta'],
    ['is partitioned, and forgot to be critical', exchanged('0603551d1c'), 'partitioned'],
    ['names another algorithm inside', field('listAlgorithm', '300a06082a8648ce3d040303'), 'two different'],
    ['has a number that is none', withExtension('0500'), 'number'],
    ['has a negative number', withExtension('0201ff'), 'number'],
    ['has a number with a zero before', withExtension('02020001'), 'number'],
    [
      'names a serial number twice',
      (fields) => entry('7777', '260101000000Z')(entry('7777', '260102000000Z')(fields)),
      'twice',
    ],
    ['has no next update', field('nextUpdate', undefined), 'no next update'],
    ['has no issuer', field('issuerOfList', '3000'), 'no issuer'],
    ['has other fields', (fields) => [...fields, MALFORMED], 'other fields'],
  ])('that %s is none', async (_name, edit, message) => {
    await expect(list({ edit })).rejects.toEqual(format(message));
  });

  it('has one signature of whole bytes, and nothing behind it', async () => {
    const [signed = MALFORMED, algorithm = MALFORMED, signature = MALFORMED] = itemsOf((await list()).der);
    const whole =
      (...parts: Buffer[]) =>
      () =>
        parseCrl(der(0x30, signed, algorithm, ...parts));
    const withBits = Buffer.from(signature).fill(1, 2, 3);
    expect(whole(signature)).not.toThrow();
    for (const parts of [[], [signature, signature], [signature, MALFORMED], [withBits], [MALFORMED]])
      expect(whole(...parts)).toThrow(format(''));
  });

  it('is made of different serial numbers', async () => {
    const once = { serialNumber: '40', at: NOT_BEFORE };
    await expect(
      createCrl({
        issuer: { certificate: issuer.certificate, privateKey: issuer.pair.privateKey },
        revoked: [once, once],
        thisUpdate: NOT_BEFORE,
        nextUpdate: NOT_AFTER,
        number: 1,
      }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('of any size of number that X.509 has is read', async () => {
    expect((await list({ edit: withExtension('020200ff') })).number).toBe(255);
    expect((await list({ edit: withExtension(`0214${'41'.repeat(20)}`) })).number).toBeUndefined();
    const { pem } = await list();
    expect(parseCrl(pem).pem).toBe(pem);
    expect(() => parseCrl(pemOf('X509 CRL', MALFORMED))).toThrow(format(''));
  });
});
