import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { make, type Made } from '../testing/chains.js';
import { der, itemsOf } from '../testing/der.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import { exportPkcs12, importPkcs12 } from './index.js';
import { fromDer, pfxOf, safeBag, shroud } from './pkcs12-write.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const [rsa] = RSA_PAIRS;
const WORDS = 'Пароль 1';

let own: Made;
let issuer: Made;
beforeAll(async () => {
  issuer = await make({ name: 'Root', extensions: [] });
  own = await make({ name: 'Leaf', issuer, extensions: [] });
});

/** Not under a passphrase of its own. */
const plainBag = ({ privateKey }: { privateKey: KeyObject }) =>
  safeBag('keyBag', fromDer(privateKey.export({ type: 'pkcs8', format: 'der' })));
const shroudedBag = ({ privateKey }: { privateKey: KeyObject }, passphrase: string) =>
  safeBag('pkcs8ShroudedKeyBag', fromDer(shroud(privateKey, passphrase, 10)));
/** With a MAC of one round, for speed. */
const fileOf = (groups: Parameters<typeof pfxOf>[0]) => pfxOf(groups, WORDS, 1);
const refused = (code: string, message: RegExp, remedy: RegExp): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message) as unknown,
    details: expect.objectContaining({ remedy: expect.stringMatching(remedy) as unknown }) as unknown,
  });
const isSame = (one: KeyObject, other: KeyObject): boolean =>
  one.export({ type: 'pkcs8', format: 'der' }).equals(other.export({ type: 'pkcs8', format: 'der' }));

describe('a PKCS#12 file', () => {
  it('gives its key and certificates back, in their order', () => {
    const certificates = [own.certificate, issuer.certificate];
    const { privateKey } = own.pair;
    const bytes = exportPkcs12({ privateKey, certificates }, Buffer.from(WORDS));
    const read = importPkcs12(bytes, WORDS);
    expect(read.certificates).toEqual(certificates);
    expect(isSame(read.privateKey, privateKey)).toBe(true);
    expect(importPkcs12(fileOf([[plainBag(own.pair)]]), Buffer.from(WORDS)).certificates).toEqual([]);
    // The key is not there in the open.
    const { d = '' } = privateKey.export({ format: 'jwk' });
    expect(bytes.includes(Buffer.from(d, 'base64url'))).toBe(false);
  });

  it('is not made of a key and another’s certificate', () => {
    const { privateKey } = issuer.pair;
    expect(() => exportPkcs12({ privateKey, certificates: [own.certificate] }, WORDS)).toThrow(
      refused('KEY_FILE', /not that of the certificate CN=Leaf/, /private key that belongs/),
    );
  });

  it('may have a key under the MAC only', () => {
    const bytes = fileOf([[plainBag(own.pair)]]);
    expect(isSame(importPkcs12(bytes, WORDS).privateKey, own.pair.privateKey)).toBe(true);
  });

  it('is not read with another passphrase, nor altered', () => {
    const bytes = fileOf([[shroudedBag(own.pair, WORDS)]]);
    const altered = Buffer.from(bytes);
    altered[120] = (altered[120] ?? 0) ^ 1;
    const wrong = refused('KEY_PASSPHRASE', /wrong, or the file was altered/, /right passphrase/);
    expect(() => importPkcs12(bytes, 'other')).toThrow(wrong);
    expect(() => importPkcs12(altered, WORDS)).toThrow(wrong);
    expect(() => importPkcs12(fileOf([[shroudedBag(own.pair, 'other')]]), WORDS)).toThrow(wrong);
  });

  it.each<[string, () => Buffer, RegExp]>([
    ['without its MAC', () => der(0x30, ...itemsOf(whole()).slice(0, 2)), /not protected as a whole/],
    ['in another mode', () => whole(hex('06092a864886f70d010702')), /not PKCS#12 .*integrity mode/],
    ['of another version', () => der(0x30, hex('020102'), ...itemsOf(whole()).slice(1)), /not PKCS#12/],
    ['that is a key', () => own.pair.privateKey.export({ type: 'pkcs8', format: 'der' }), /not PKCS#12/],
    ['that is no DER', () => Buffer.from('text'), /not PKCS#12/],
    ['that is empty', () => Buffer.alloc(0), /not PKCS#12/],
  ])('is not one %s', (_, bytes, message) => {
    expect(() => importPkcs12(bytes(), WORDS)).toThrow(refused('KEY_FILE', message, /\.p12/));
  });

  function whole(mode?: Buffer): Buffer {
    const bytes = fileOf([[plainBag(own.pair)]]);
    if (mode === undefined) return bytes;
    const [version = bytes, safe = bytes, mac = bytes] = itemsOf(bytes);
    return der(0x30, version, der(0x30, mode, ...itemsOf(safe).slice(1)), mac);
  }

  it('holds exactly one private key', () => {
    for (const [groups, count] of [
      [[[]], 0],
      [[[plainBag(own.pair), shroudedBag(rsa, WORDS)]], 2],
      [[[plainBag(own.pair)], [plainBag(own.pair)]], 2],
    ] as const)
      expect(() => importPkcs12(fileOf(groups), WORDS)).toThrow(
        refused('KEY_FILE', new RegExp(`holds ${count} private keys`), /exactly one/),
      );
  });

  it('that is refused keeps the reason of the reader below as the cause', () => {
    const because = (cause: object): unknown =>
      expect.objectContaining({ cause: expect.objectContaining(cause) as unknown });
    expect(() => importPkcs12(Buffer.from('text'), WORDS)).toThrow(because({ name: 'Error' }));
    const other = fileOf([[plainBag(generateKeyPairSync('ed25519'))]]);
    expect(() => importPkcs12(other, WORDS)).toThrow(because({ code: 'CERTIFICATE_FORMAT' }));
  });

  it.each([
    ['Ed25519', generateKeyPairSync('ed25519')],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ])('holds no key of %s', (_, pair) => {
    expect(() => importPkcs12(fileOf([[plainBag(pair)]]), WORDS)).toThrow(
      refused('KEY_FILE', /no supported kind \(.*nor RSA\)/, /P-256 key, or an RSA key/),
    );
  });
});

describe('a key under a passphrase', () => {
  it('is PBES2 with AES-256-CBC, and PBKDF2 over HMAC-SHA-256 in as many rounds as asked', () => {
    const bytes = shroud(own.pair.privateKey, WORDS, 4321);
    const { asn1, pki } = forge;
    const info = asn1.fromDer(bytes.toString('latin1'));
    const shape = JSON.stringify(info, (key, value: unknown) =>
      key === '' || key === 'value' || /^\d+$/.test(key) ? value : undefined,
    );
    expect(shape).toContain(JSON.stringify(asn1.integerToDer(4321).getBytes()));
    const oids = ['pkcs5PBES2', 'pkcs5PBKDF2', 'hmacWithSHA256', 'aes256-CBC'];
    const ids = oids.map((name) => asn1.oidToDer(pki.oids[name] ?? '').toHex());
    const places = ids.map((id) => bytes.indexOf(hex(id)));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places.every((place) => place > 0)).toBe(true);
    const key = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8', passphrase: WORDS });
    expect(isSame(key, own.pair.privateKey)).toBe(true);
  });

  it('has a salt and a beginning of its own each time', () => {
    const [one, other] = [shroud(rsa.privateKey, WORDS, 1), shroud(rsa.privateKey, WORDS, 1)];
    expect(one.length).toBe(other.length);
    expect(one.subarray(-64)).not.toEqual(other.subarray(-64));
  });
});
