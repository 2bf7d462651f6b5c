import 'reflect-metadata';
import { createPrivateKey } from 'node:crypto';
import { NOT_AFTER, NOT_BEFORE } from '../testing/chains.js';
import { resigned } from '../testing/der.js';
import { CRL_NUMBER, without } from '../testing/edits.js';
import { createCrl, createRoot, parseCrl, succeedCrl, type Certificate, type Revocation } from './index.js';
import { isSignedBy } from './revocation.js';

const THIS = new Date('2026-06-01T00:00:00Z');
const NEXT = new Date('2026-07-01T00:00:00Z');
const later = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

let issuer: { certificate: Certificate; privateKeyPem: string };
beforeAll(async () => {
  issuer = await createRoot({ name: 'Root', suite: 'P-256', notBefore: NOT_BEFORE, notAfter: NOT_AFTER });
});

const plan = { thisUpdate: THIS, nextUpdate: NEXT };
const create = (over: object = {}) => createCrl({ issuer, revoked: [], number: 1, ...plan, ...over });
const succeed = (over: object = {}) => succeedCrl({ issuer, revoke: [], ...plan, ...over });

describe('a new revocation list', () => {
  it.each([0, 1, 127, 128, 255, 256, 32_767, 32_768, 65_536, Number.MAX_SAFE_INTEGER])(
    'of number %d carries it',
    async (number) => {
      expect(parseCrl((await create({ number })).der).number).toBe(number);
    },
  );

  it('is the issuer’s, of whole seconds, as text and as bytes', async () => {
    const [at, thisUpdate, nextUpdate] = [NOT_BEFORE, THIS, NEXT].map((date) => later(date, 999));
    const revoked = [
      { serialNumber: '40aa', at, reason: 'cessation' },
      { serialNumber: '40bb', at },
    ];
    const made = await create({ revoked, thisUpdate, nextUpdate });
    const crl = parseCrl(made.pem);
    expect(crl).toBe(parseCrl(made.der));
    expect(crl).toMatchObject({ thisUpdate: THIS, nextUpdate: NEXT, issuer: 'CN=Root' });
    expect(crl.entries).toEqual([
      { serialNumber: '40aa', at: NOT_BEFORE, reason: 'cessation' },
      { serialNumber: '40bb', at: NOT_BEFORE },
    ]);
    expect(isSignedBy(crl, issuer.certificate)).toBe(true);
    // The identifier of the issuer's key is in it: RFC 5280 section 5.2.1.
    expect(made.der.includes(Buffer.from('0603551d23', 'hex'))).toBe(true);
  });

  it.each<[string, object, string]>([
    ['a number below zero', { number: -1 }, 'number'],
    ['half a number', { number: 1.5 }, 'number'],
    ['a number that is not exact', { number: 2 ** 53 }, 'number'],
    ['an end at its beginning', { nextUpdate: THIS }, 'nextUpdate'],
    ['an end before its beginning', { nextUpdate: later(THIS, -1) }, 'nextUpdate'],
    ['no beginning', { thisUpdate: new Date(NaN) }, 'nextUpdate'],
    [
      'a certificate twice',
      {
        revoked: [
          { serialNumber: '40', at: THIS },
          { serialNumber: '40', at: NEXT },
        ],
      },
      'revoked',
    ],
  ])('is not made with %s', async (_, over, path) => {
    await expect(create(over)).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { path } });
  });
});

describe('the list after another', () => {
  const once: Revocation = { serialNumber: '40aa', at: NOT_BEFORE, reason: 'key-compromise' };

  it('has the next number and everything that was revoked, as it was', async () => {
    const first = await succeed({ revoke: [once] });
    expect([first.number, first.revoked]).toEqual([1, [once]]);
    const again = { serialNumber: '40aa', at: THIS, reason: 'superseded' };
    const added = { serialNumber: '40bb', at: THIS };
    const second = await succeed({ previous: parseCrl(first.pem), revoke: [again, added, added] });
    expect([second.number, second.revoked]).toEqual([2, [once, added]]);
    const read = parseCrl(second.der);
    expect([read.number, read.entries]).toEqual([2, [once, added]]);
    expect(parseCrl(second.pem)).toBe(read);
  });

  it('follows another of its own instant, and no other issuer’s, uncounted or younger one', async () => {
    const { der, pem } = await create({ number: 9 });
    await expect(succeed({ previous: parseCrl(pem) })).resolves.toMatchObject({ number: 10 });
    const stranger = await createRoot({
      name: 'Root',
      suite: 'P-256',
      notBefore: NOT_BEFORE,
      notAfter: NOT_AFTER,
    });
    const uncounted = resigned(der, createPrivateKey(issuer.privateKeyPem), without(CRL_NUMBER));
    for (const [over, why] of [
      [{ issuer: stranger }, /not this issuer’s/],
      [{ previous: parseCrl(uncounted) }, /no number/],
      [{ thisUpdate: later(THIS, -1000) }, /younger/],
    ] as const)
      await expect(succeed({ previous: parseCrl(pem), ...over })).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringMatching(why) as unknown,
        details: { remedy: expect.stringMatching(/published last/) as unknown },
      });
  });
});
