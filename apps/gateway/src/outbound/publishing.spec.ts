import { createPrivateKey } from 'node:crypto';
import { prepareSeal } from '#envelope';
import type { MessageRow } from '#exchange';
import { createRoot, issueCertificate } from '#trust';
import { Publishing, type Sealable } from './publishing.js';

const VALIDITY = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2028-01-01T00:00:00Z') };

/** A message as it was numbered, and a node that publishes it while the register is, or becomes, another. */
async function numbered() {
  const issuer = await createRoot({ name: 'Root of KZ', country: 'KZ', suite: 'P-256', ...VALIDITY });
  const subject = { name: 'seal', authority: 'kz-knb' };
  const made = await issueCertificate({ issuer, role: 'seal', subject, suite: 'P-256', ...VALIDITY });
  const payload = Buffer.from('{}');
  const prepared = prepareSeal({
    ...{ payload, officers: [], certificate: made.certificate },
    ...{ iat: 1, ep: 1, n: 1, prev: null },
  });
  const message = { own: 'kz-knb', peer: 'by-mvd', ep: 1, n: 1, bytes: 2, D: prepared.D, attachments: [] };
  const one: Sealable = {
    message: message as unknown as MessageRow,
    content: { payload, officers: [], sealProtected: prepared.protected, sealSignature: null },
  };
  const encrypted: string[] = [];
  const encryptionCertificate = (peer: string) => {
    encrypted.push(peer);
    throw new Error('as far as this test goes');
  };
  const register = { snapshot: { mark: 'before', encryptionCertificate } };
  const key = createPrivateKey(made.privateKeyPem ?? '');
  const sealing = { meanwhile: (): void => undefined };
  const attachments = {
    keysOf: () => {
      sealing.meanwhile();
      return Promise.resolve([]);
    },
  };
  const publishing = new Publishing(
    {} as never,
    { state: { state: 'connected' } } as never,
    { sealOf: () => ({ key }) } as never,
    register as never,
    attachments as never,
    {} as never,
  );
  return { one, publishing, register, encrypted, sealing };
}

describe('publishing what was numbered just now', () => {
  it('goes on while the register is the one that it was decided on', async () => {
    const { one, publishing, encrypted } = await numbered();
    await publishing.messages([one], 'before');
    expect(encrypted).toEqual(['by-mvd']);
  });

  it('leaves it to the relay, which decides again, once the register has changed, also while it is sealed', async () => {
    const { one, publishing, register, encrypted, sealing } = await numbered();
    await publishing.messages([one], 'long before');
    sealing.meanwhile = () => {
      register.snapshot.mark = 'after';
    };
    await publishing.messages([one], 'before');
    expect(encrypted).toEqual([]);
  });
});
