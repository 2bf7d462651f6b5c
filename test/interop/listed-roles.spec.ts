import 'reflect-metadata';
import { SubjectAlternativeNameExtension } from '@peculiar/x509';
import { resolveFrom, signStatement, verifyStatement, type TrustList } from '#envelope';
import type { Role } from '#trust';
import { AT, ca, caUsage, leafUsage, make, noCa, roles } from '../../libs/trust/testing/chains.js';

/** An issuer wrote two roles into a certificate, and its state lists it for one: a seal’s key in a person’s hands, or the reverse. */
it('a certificate of two roles signs only in those for which it is listed', async () => {
  const root = await make({ name: 'Root', extensions: [ca(0), caUsage] });
  const named = new SubjectAlternativeNameExtension([{ type: 'url', value: 'urn:valise:authority:kz-knb' }]);
  const extensions = [noCa, leafUsage(), roles('seal', 'head'), named];
  const { certificate, pair } = await make({ name: 'Seal', issuer: root, extensions });
  const lists = (...listed: Role[]): TrustList[] => [
    {
      root: root.certificate,
      intermediates: [],
      crls: [],
      listed: listed.map((role) => ({ authority: 'kz-knb', role, certificate })),
    },
  ];
  const typ = 'valise-receipt+jws';
  const jws = signStatement({
    typ,
    content: {
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      D: 'A'.repeat(43),
      by: 'kz-knb',
      to: 'by-mvd',
      ep: 1,
      n: 1,
      stage: 'stored',
      at: '2026-06-01T00:00:00Z',
      checkpoint: null,
    },
    signers: [{ certificate, key: pair.privateKey, role: 'seal' }],
    iat: AT.getTime() / 1000,
  });
  const answer = (...listed: Role[]) =>
    verifyStatement(jws, { typ, resolve: resolveFrom(lists(...listed), AT) });
  expect(answer('seal')).toMatchObject({ ok: true });
  expect(answer('head', 'seal')).toMatchObject({ ok: true });
  expect(answer('seal', 'head')).toMatchObject({ ok: true });
  expect(answer('head')).toMatchObject({ ok: false, code: 'ENVELOPE_ROLE' });
});
