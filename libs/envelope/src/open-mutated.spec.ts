import fc from 'fast-check';
import { asBytes, craftEnvelope, plaintextOf } from '../testing/crafted.js';
import {
  envelopeOf,
  makeOffices,
  openerOf,
  samplePayload,
  sealBy,
  type Offices,
} from '../testing/offices.js';
import { open } from './index.js';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

describe('mutation', () => {
  it('of any character of the envelope is rejected, and never throws', () => {
    const { kz, by } = offices;
    const bytes = envelopeOf(sealBy(kz, samplePayload({ body: {} })), kz, by);
    const options = openerOf(by, offices);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const mutated = Buffer.from(bytes);
        mutated[at] = (mutated[at] ?? 0) ^ mask;
        expect(open(mutated, options)).toMatchObject({ ok: false });
      }),
      { numRuns: 1_500 },
    );
  });

  it('of any character of the content, encrypted again by an insider, is rejected, and never throws', () => {
    const { kz, by } = offices;
    const content = Buffer.from(plaintextOf(sealBy(kz, samplePayload({ body: {} })).jws));
    const options = openerOf(by, offices);
    fc.assert(
      fc.property(fc.nat(content.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const mutated = Buffer.from(content);
        mutated[at] = (mutated[at] ?? 0) ^ mask;
        const envelope = craftEnvelope({
          plaintext: mutated,
          from: 'kz-knb',
          recipient: by.encryption.certificate,
        });
        expect(open(asBytes(envelope), options)).toMatchObject({ ok: false });
      }),
      { numRuns: 600 },
    );
  });

  it('by cutting the envelope anywhere is rejected', () => {
    const { kz, by } = offices;
    const bytes = envelopeOf(sealBy(kz, samplePayload()), kz, by);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (end) => {
        expect(open(bytes.subarray(0, end), openerOf(by, offices))).toMatchObject({ ok: false });
      }),
    );
  });
});
