import 'reflect-metadata';
import { createHash, verify } from 'node:crypto';
import { AT, make, type Made } from '../testing/chains.js';
import { contentOf, der, itemsOf } from '../testing/der.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import { cmsTwin, parseCertificate } from './index.js';

const [rsa, other] = RSA_PAIRS;
const CONTENT = Buffer.from('line\r\nä\0');
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** OBJECT IDENTIFIERs under 1.2.840.113549.1, RFC 5652 sections 4, 5 and 11. */
const SIGNED_DATA = hex('06092a864886f70d010702');
const DATA = hex('06092a864886f70d010701');
const CONTENT_TYPE = hex('06092a864886f70d010903');
const MESSAGE_DIGEST = hex('06092a864886f70d010904');
const SIGNING_TIME = hex('06092a864886f70d010905');
const SHA256 = hex('0609608648016503040201');

let root: Made;
let seal: Made;
beforeAll(async () => {
  root = await make({ name: 'Root', extensions: [], pair: other });
  seal = await make({
    name: 'Seal',
    issuer: { ...root, pair: other as Made['pair'] },
    extensions: [],
    pair: rsa,
  });
});
const twin = (over: object = {}): Buffer =>
  cmsTwin({ content: CONTENT, certificate: seal.certificate, key: rsa.privateKey, at: AT, ...over });

describe('a CMS twin', () => {
  it('is a detached SignedData with the certificates as they were issued', () => {
    const [type, frame = Buffer.alloc(0)] = itemsOf(twin({ chain: [root.certificate] }));
    const [signedData = frame] = itemsOf(frame);
    const [version, digests = frame, content, certificates = frame, signers, ...more] = itemsOf(signedData);
    expect([type, version, more]).toEqual([SIGNED_DATA, hex('020101'), []]);
    expect(digests.includes(SHA256)).toBe(true);
    expect(content).toEqual(der(0x30, DATA));
    expect(certificates[0]).toBe(0xa0);
    expect(itemsOf(certificates)).toEqual([seal.certificate.der, root.certificate.der]);
    expect(itemsOf(signers ?? frame)).toHaveLength(1);
    expect(twin().includes(root.certificate.der)).toBe(false);
  });

  it('says what was signed, and when, over which the key signs', () => {
    const [, frame = Buffer.alloc(0)] = itemsOf(twin());
    const [signedData = frame] = itemsOf(frame);
    const [signer = frame] = itemsOf(itemsOf(signedData).at(-1) ?? frame);
    const [, , , attributes = frame, , signature = frame] = itemsOf(signer);
    const all = itemsOf(attributes).map((attribute) => itemsOf(attribute));
    const valueOf = (type: Buffer): Buffer | undefined => all.find(([one]) => one?.equals(type))?.[1];
    expect(all).toHaveLength(3);
    expect(valueOf(CONTENT_TYPE)).toEqual(der(0x31, DATA));
    const digest = createHash('sha256').update(CONTENT).digest();
    expect(valueOf(MESSAGE_DIGEST)).toEqual(der(0x31, der(0x04, digest)));
    expect(valueOf(SIGNING_TIME)).toEqual(der(0x31, der(0x17, Buffer.from('260601000000Z'))));
    // RFC 5652 section 5.4: as SET OF, not as they are tagged here.
    const signed = der(0x31, contentOf(attributes));
    expect(verify('sha256', signed, rsa.publicKey, contentOf(signature))).toBe(true);
  });

  it('is made for RSA only, with the certificate’s own key', async () => {
    const ec = await make({ name: 'EC', extensions: [] });
    expect(() => twin({ certificate: ec.certificate, key: ec.pair.privateKey })).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/CN=EC is not RSA/) as unknown,
        details: { remedy: expect.stringMatching(/JOSE/) as unknown },
      }),
    );
    expect(() => twin({ key: other.privateKey })).toThrow(
      expect.objectContaining({ code: 'KEY_FILE', message: expect.stringMatching(/CN=Seal/) as unknown }),
    );
  });

  it('is not made with a certificate that CMS tools do not read', () => {
    // RSASSA-PSS with NULL in the place of its parameters.
    const algorithm = hex('300d06092a864886f70d01010a0500');
    const [signed = algorithm, , signature = algorithm] = itemsOf(seal.certificate.der);
    const changed = der(0x30, ...itemsOf(signed).with(-6, algorithm));
    const certificate = parseCertificate(der(0x30, changed, algorithm, signature));
    expect(() => twin({ certificate })).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(/cannot be made: .*PSS/) as unknown,
        cause: expect.any(Error) as unknown,
      }),
    );
  });
});
