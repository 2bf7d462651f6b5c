import { canonicalJson } from '#core';
import { payloadOver, payloadText, spoilt, worldOf, type World } from '../testing/attacks.js';
import { ON_BINDING, ON_PAYLOAD } from '../testing/attacks-on-content.js';
import { ON_ENCRYPTION } from '../testing/attacks-on-encryption.js';
import { ON_SIGNATURES } from '../testing/attacks-on-signatures.js';
import { ON_PROOFS } from '../testing/attacks-on-proofs.js';
import { malleated } from '../testing/crafted.js';
import { makeOffices, NOW, openerOf, samplePayload, type Offices } from '../testing/offices.js';
import { open } from './index.js';

let world: World;

beforeAll(async () => {
  world = worldOf(await makeOffices(), { now: NOW, payload: samplePayload });
});

describe.each([
  ['signatures', ON_SIGNATURES],
  ['binding', ON_BINDING],
  ['the payload', ON_PAYLOAD],
  ['encryption', ON_ENCRYPTION],
  ['proofs', ON_PROOFS],
])('attacks on %s', (_, attacks) => {
  it.each(attacks)('%s: %s', (_attack, code, make, { authenticated = false } = {}) => {
    const answer = open(make(world), openerOf(world.by, world));
    expect(answer).toMatchObject({ ok: false, code });
    expect('sender' in answer).toBe(authenticated);
  });
});

describe('what an attack leaves untouched', () => {
  it('opens the message that the attacks were made from', () => {
    const { sealed, pack } = world;
    expect(open(pack(sealed.jws), openerOf(world.by, world))).toMatchObject({ ok: true, D: sealed.D });
  });

  it('keeps the identity D under a malleated seal, so that it counts as the same message', () => {
    const { sealed, pack } = world;
    const jws = spoilt(sealed.jws, 1, { signature: malleated(sealed.jws.signatures[1]?.signature ?? '') });
    expect(jws).not.toEqual(sealed.jws);
    expect(open(pack(jws), openerOf(world.by, world))).toMatchObject({ ok: true, D: sealed.D });
  });
});

describe('a rejection', () => {
  const sender = { from: 'kz-knb', to: 'by-mvd', id: samplePayload().id, ep: 1, n: 7 };

  it.each([
    ['an unknown version', payloadText((payload) => canonicalJson({ ...payload(), v: 2 }))],
    ['an unknown member', payloadText((payload) => canonicalJson({ ...payload(), cc: 'am-nss' }))],
    ['an expired message', payloadOver(() => ({ exp: NOW - 1 }))],
  ])('names the authenticated sender of %s, so that it can be answered and counted', (_, make) => {
    expect(open(make(world), openerOf(world.by, world))).toMatchObject({ ok: false, sender });
  });

  it('passes on what the register says of a certificate', () => {
    const resolve = () => ({ ok: false as const, code: 'CERTIFICATE_REVOKED' as const, detail: 'revoked' });
    const options = { ...openerOf(world.by, world), resolve };
    expect(open(world.pack(world.sealed.jws), options)).toMatchObject({ code: 'CERTIFICATE_REVOKED' });
  });

  it('names the sender that sealed a revoked officer’s signature, and nobody where the seal itself is revoked', () => {
    const revoking =
      (thumbprint: string): Offices['resolve'] =>
      (asked) =>
        asked === thumbprint
          ? { ok: false, code: 'CERTIFICATE_REVOKED', detail: 'revoked' }
          : world.resolve(asked);
    const refusalBy = (thumbprint: string) =>
      open(world.pack(world.sealed.jws), { ...openerOf(world.by, world), resolve: revoking(thumbprint) });
    const { head, seal } = world.kz;
    expect(refusalBy(head.certificate.thumbprint)).toMatchObject({ code: 'CERTIFICATE_REVOKED', sender });
    const bySeal = refusalBy(seal.certificate.thumbprint);
    expect(bySeal).toMatchObject({ code: 'CERTIFICATE_REVOKED' });
    expect(bySeal).not.toHaveProperty('sender');
  });

  it('does not verify with another certificate than the one named', () => {
    const { certificate } = world.am.seal;
    const resolve = () => ({ ok: true as const, certificate, authority: 'kz-knb', roles: certificate.roles });
    const options = { ...openerOf(world.by, world), resolve };
    expect(open(world.pack(world.sealed.jws), options)).toMatchObject({ code: 'CERTIFICATE_UNKNOWN' });
  });

  it('does not accept a certificate listed under another authority than it names', () => {
    const resolve: Offices['resolve'] = (thumbprint) => {
      const answer = world.resolve(thumbprint);
      return answer.ok ? { ...answer, authority: 'am-nss' } : answer;
    };
    const options = { ...openerOf(world.by, world), resolve };
    expect(open(world.pack(world.sealed.jws), options)).toMatchObject({ code: 'ENVELOPE_BINDING' });
  });
});
