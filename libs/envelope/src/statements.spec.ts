import { makeOffices, NOW, openerOf, samplePayload, type Offices } from '../testing/offices.js';
import { encrypt, open, signStatement, verifyStatement, type AttachmentKey, type Receipt } from './index.js';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

describe('a statement', () => {
  const receipt: Receipt = {
    id: samplePayload().id,
    D: 'A'.repeat(43),
    by: 'kz-knb',
    to: 'by-mvd',
    ep: 1,
    n: 1,
    stage: 'rejected',
    code: 'ENVELOPE_EXPIRED',
    rule: 'cis-it-crime-2018#6.1',
    at: '2026-06-01T00:00:00Z',
    checkpoint: null,
  };
  const travels = (content: Receipt, signer: 'kz' | 'by' = 'kz', from: 'kz' | 'am' = 'kz') => {
    const { by } = offices;
    const jws = signStatement({
      typ: 'valise-receipt+jws',
      content,
      signers: [{ ...offices[signer].seal, role: 'seal' }],
      iat: NOW,
    });
    const bytes = encrypt({ jws, from: offices[from].authority, recipient: by.encryption.certificate });
    return open(bytes, openerOf(by, offices));
  };

  it('arrives with who said it and to whom', () => {
    expect(travels(receipt)).toMatchObject({
      ok: true,
      kind: 'statement',
      typ: 'valise-receipt+jws',
      to: 'by-mvd',
      content: receipt,
      signer: { authority: 'kz-knb', iat: NOW },
    });
  });

  it('travels alone: neither proofs nor keys of attachments come with it', () => {
    const { kz, by } = offices;
    const jws = signStatement({
      typ: 'valise-receipt+jws',
      content: receipt,
      signers: [{ ...kz.seal, role: 'seal' }],
      iat: NOW,
    });
    const entry = { id: 'a1', bytes: 5, sha256: 'A'.repeat(43) };
    const key: AttachmentKey = { ...entry, key: 'A'.repeat(43), chunkBytes: 65_536 };
    for (const over of [{ proofs: [jws] }, { attachmentKeys: [key] }]) {
      const bytes = encrypt({ jws, from: 'kz-knb', recipient: by.encryption.certificate, ...over });
      expect(open(bytes, openerOf(by, offices))).toMatchObject({ ok: false, code: 'ENVELOPE_FORMAT' });
    }
  });

  it.each([
    ['addressed to another', () => travels({ ...receipt, to: 'am-nss' })],
    ['by another than it says', () => travels({ ...receipt, by: 'am-nss' })],
    ['signed by another', () => travels(receipt, 'by')],
    ['wrapped by another', () => travels(receipt, 'kz', 'am')],
  ])('is rejected when %s', (_, send) => {
    expect(send()).toMatchObject({ ok: false, code: 'ENVELOPE_BINDING' });
  });

  it('is not signed by a person in the place of the seal', () => {
    const jws = signStatement({
      typ: 'valise-receipt+jws',
      content: receipt,
      signers: [{ ...offices.kz.head, role: 'head' }],
      iat: NOW,
    });
    const { resolve } = offices;
    expect(verifyStatement(jws, { typ: 'valise-receipt+jws', resolve })).toMatchObject({
      code: 'ENVELOPE_ROLE',
    });
    expect(verifyStatement(jws, { typ: 'valise-void+jws', resolve })).toMatchObject({
      code: 'ENVELOPE_FORMAT',
    });
  });

  it('between two holds only with the signatures of both', () => {
    const { kz, by, am, resolve } = offices;
    const sign = (...who: (typeof kz)[]) =>
      signStatement({
        typ: 'valise-arrangement+jws',
        content: {
          id: 'kz-by-1',
          version: 1,
          instrument: 'cis-it-crime-2018',
          between: ['kz-knb', 'by-mvd'],
          from: '2026-01-01',
          until: null,
          electronicForm: true,
        },
        signers: who.map(({ seal }) => ({ ...seal, role: 'seal' as const })),
        iat: NOW,
      });
    const verify = (...who: (typeof kz)[]) =>
      verifyStatement(sign(...who), { typ: 'valise-arrangement+jws', resolve });
    expect(verify(by, kz)).toMatchObject({ ok: true });
    for (const signers of [[kz], [kz, kz], [kz, am], [kz, by, am]])
      expect(verify(...signers)).toMatchObject({ ok: false, code: 'ENVELOPE_BINDING' });
  });

  it('is refused at its maker where a field is wrong, naming the field', () => {
    expect(() => travels({ ...receipt, D: 'short' })).toThrow('valise-receipt+jws.D');
  });
});
