import { createPrivateKey } from 'node:crypto';
import { AT, NOT_AFTER, NOT_BEFORE } from '../testing/chains.js';
import { resigned } from '../testing/der.js';
import { CRL_NUMBER, replaced, type Edit } from '../testing/edits.js';
import {
  createCrl,
  createRoot,
  crlFreshness,
  issueCertificate,
  issueIntermediate,
  newestCrl,
  parseCrl,
  validatePath,
  type Certificate,
  type Crl,
  type Issuer,
} from './index.js';

const HOUR_MS = 3_600_000;
const POLICY = { warnAfterHours: 24, refuseAfterHours: 72 };
const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
const before = (hours: number): Date => new Date(AT.getTime() - hours * HOUR_MS);

let root: { certificate: Certificate; privateKeyPem: string };
let middle: { certificate: Certificate; privateKeyPem: string };
let leaf: Certificate;
beforeAll(async () => {
  root = await createRoot({ name: 'Root', suite: 'P-256', ...validity });
  middle = await issueIntermediate({ issuer: root, name: 'Issuer', suite: 'P-256', ...validity });
  const subject = { name: 'Leaf', authority: 'kz-knb' };
  ({ certificate: leaf } = await issueCertificate({ issuer: middle, role: 'seal', subject, ...validity }));
});

async function list(
  issuer: Issuer,
  hours: number,
  nextUpdate = NOT_AFTER,
  revoked: string[] = [],
): Promise<Crl> {
  const { pem } = await createCrl({
    issuer,
    thisUpdate: before(hours),
    nextUpdate,
    number: 5000 - Math.floor(hours),
    revoked: revoked.map((serialNumber) => ({ serialNumber, at: NOT_BEFORE })),
  });
  return parseCrl(pem);
}

describe('the freshness of a revocation list', () => {
  it.each([
    [1, 'fresh'],
    [24, 'fresh'],
    [25, 'stale-warn'],
    [72, 'stale-warn'],
    [73, 'stale-refuse'],
    [-1, 'stale-refuse'],
  ])('%d hours after it was made is %s', async (hours, expected) => {
    expect(crlFreshness({ crl: await list(root, hours), at: AT, policy: POLICY })).toBe(expected);
  });

  it('ends with its own next update, however patient the policy', async () => {
    const crl = await list(root, 2, before(1));
    const policy = { warnAfterHours: 10_000, refuseAfterHours: 10_000 };
    expect(crlFreshness({ crl, at: AT, policy })).toBe('stale-refuse');
    expect(crlFreshness({ crl, at: before(1), policy })).toBe('fresh');
  });

  it('refuses where there is none, unless none is required', () => {
    expect(crlFreshness({ crl: undefined, at: AT, policy: POLICY })).toBe('stale-refuse');
    const policy = { ...POLICY, required: false };
    expect(crlFreshness({ crl: undefined, at: AT, policy })).toBe('stale-warn');
  });

  it('allows for clocks that differ by five minutes', async () => {
    const [ahead, further] = [await list(root, -1 / 12), await list(root, -1 / 12 - 1 / 3600)];
    const judge = (crl: Crl) => crlFreshness({ crl, at: AT, policy: POLICY });
    expect([judge(ahead), judge(further)]).toEqual(['fresh', 'stale-refuse']);
    expect(newestCrl([further, ahead], root.certificate, AT)).toBe(ahead);
    expect(newestCrl([further], root.certificate, AT)).toBeUndefined();
  });

  it('is that of the list with the highest number, of several of one instant', async () => {
    const privateKey = createPrivateKey(root.privateKeyPem);
    const numbered = async (number: number, edit?: Edit) => {
      const period = { thisUpdate: before(1), nextUpdate: NOT_AFTER };
      const { der } = await createCrl({ issuer: root, revoked: [], number, ...period });
      return parseCrl(edit ? resigned(der, privateKey, edit) : der);
    };
    // A number that is no safe integer does not count.
    const uncounted = await numbered(1, replaced(CRL_NUMBER, Buffer.from(`0214${'41'.repeat(20)}`, 'hex')));
    const [five, six] = [await numbered(5), await numbered(6)];
    for (const lists of [
      [five, six, uncounted],
      [six, uncounted, five],
      [uncounted, five, six],
    ])
      expect(newestCrl(lists, root.certificate, AT)).toBe(six);
    expect(newestCrl([uncounted, five], root.certificate, AT)).toBe(five);
    expect(newestCrl([five, uncounted], root.certificate, AT)).toBe(five);
  });

  it('is that of the issuer’s newest list', async () => {
    const lists = await Promise.all([list(root, 50), list(middle, 1), list(root, 10), list(root, -9)]);
    expect(newestCrl(lists, root.certificate, AT)).toBe(lists[2]);
    expect(newestCrl(lists, leaf, AT)).toBeUndefined();
  });
});

describe('a path judged with a policy of freshness', () => {
  const judge = (crls: Crl[], policy: object | undefined = {}) =>
    validatePath({
      leaf,
      intermediates: [middle.certificate],
      root: root.certificate,
      crls,
      at: AT,
      role: 'seal',
      freshness: { ...POLICY, ...policy },
    });

  it('holds with fresh lists, with a warning when one is old, and not when it is too old', async () => {
    const fresh = await list(root, 1);
    expect(judge([fresh, await list(middle, 1)])).toEqual({ ok: true });
    expect(judge([fresh, await list(middle, 30)])).toEqual({
      ok: true,
      warning: expect.stringContaining('CN=Issuer') as unknown,
    });
    expect(judge([fresh, await list(middle, 80)])).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
  });

  it('fails closed without lists, or without one of them', async () => {
    const answer = { ok: false, code: 'CERTIFICATE_PATH' };
    expect(judge([])).toMatchObject(answer);
    expect(judge([await list(root, 1)])).toMatchObject(answer);
    expect(judge([await list(middle, 1)])).toMatchObject(answer);
  });

  it('may do without lists, but not without what a list says', async () => {
    const lenient = { required: false };
    expect(judge([], lenient)).toEqual({ ok: true, warning: expect.stringContaining('absent') as unknown });
    const convicting = await list(middle, 100, NOT_AFTER, [leaf.serialNumber]);
    expect(judge([convicting], lenient)).toMatchObject({ ok: false, code: 'CERTIFICATE_REVOKED' });
    expect(judge([await list(middle, 100)], lenient)).toMatchObject({ ok: false, code: 'CERTIFICATE_PATH' });
  });

  it('says which list is missing or old, and whether a newer one may help', async () => {
    const of = (hours: number) => `the revocation list of CN=Issuer is of ${before(hours).toISOString()}`;
    const path = (detail: string) => ({ ok: false, code: 'CERTIFICATE_PATH', detail, stale: true });
    const [fresh, warned, old] = [await list(root, 1), await list(middle, 30), await list(middle, 80)];
    expect(judge([])).toEqual(path('the revocation list of CN=Issuer is absent'));
    expect(judge([fresh, old])).toEqual(path(`${of(80)}: too old to rely on`));
    expect(judge([fresh, warned])).toEqual({ ok: true, warning: of(30) });
    expect(judge([await list(root, 40), warned])).toEqual({
      ok: true,
      warning: `${of(30)}; the revocation list of CN=Root is of ${before(40).toISOString()}`,
    });
    expect(judge([fresh])).toEqual(path('no revocation list of CN=Issuer was given'));
    const ended = await list(middle, 2, before(1));
    expect(judge([fresh, ended])).toEqual(path('the revocation list of CN=Issuer is out of date'));
    const revoking = await list(middle, 1, NOT_AFTER, [leaf.serialNumber]);
    expect(judge([fresh, revoking])).toEqual({
      ok: false,
      code: 'CERTIFICATE_REVOKED',
      detail: 'CN=Leaf is revoked',
    });
  });

  it('is judged as before where there is no policy', async () => {
    const question = {
      leaf,
      intermediates: [middle.certificate],
      root: root.certificate,
      at: AT,
      role: 'seal',
    } as const;
    expect(validatePath(question)).toEqual({ ok: true });
    const crls = [await list(root, 3000), await list(middle, 3000)];
    expect(validatePath({ ...question, crls })).toEqual({ ok: true });
  });
});
