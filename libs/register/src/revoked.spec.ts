import { parseCrl, type Certificate } from '#trust';
import { AT, hold, newRoot, revocationList, VALIDITY } from '../testing/keepers.js';
import { isRevokedBy, onceListed } from './index.js';

type Root = Awaited<ReturnType<typeof newRoot>>;
let root: Root;
let other: Root;
let seal: Certificate;
beforeAll(async () => {
  [root, other] = await Promise.all([newRoot('KZ'), newRoot('Other')]);
  ({ certificate: seal } = await hold(root, 'seal', 'kz-knb'));
});
const crl = async (issuer: Root, ...revoked: Certificate[]) =>
  parseCrl(Buffer.from(await revocationList(issuer, ...revoked), 'base64'));

it('a certificate is revoked by its own issuer’s list, from the instant in it', async () => {
  const list = await crl(root, seal);
  expect(isRevokedBy(seal, [list], AT)).toBe(true);
  expect(isRevokedBy(seal, [list], VALIDITY.notBefore)).toBe(true);
  expect(isRevokedBy(seal, [list], new Date(VALIDITY.notBefore.getTime() - 1))).toBe(false);
  expect(isRevokedBy(seal, [await crl(root)], AT)).toBe(false);
  expect(isRevokedBy(seal, [await crl(other, seal)], AT)).toBe(false);
  expect(isRevokedBy(seal, [await crl(other, seal), list], AT)).toBe(true);
  expect(isRevokedBy(seal, [], AT)).toBe(false);
});

it('a certificate is found as it was listed, whatever stands beside it', () => {
  const entry = (certificate: string) => ({ authority: 'kz-knb', role: 'seal' as const, certificate });
  const listed = [entry('AAAA'), entry(seal.der.toString('base64'))];
  expect(onceListed(listed, seal.thumbprint)?.thumbprint).toBe(seal.thumbprint);
  expect(onceListed(listed, 'A'.repeat(43))).toBeUndefined();
  expect(onceListed([], seal.thumbprint)).toBeUndefined();
});
