import { createCipheriv, pbkdf2Sync, randomBytes, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { messageOf, ValiseError } from '#core';
import { parseCertificate, type Certificate } from './certificates.js';
import { isSameKey, privateKeyOf } from './public-keys.js';

const { asn1, pki, pkcs12 } = forge;
type Asn1 = forge.asn1.Asn1;

/** Text, or bytes that the caller can overwrite afterwards. */
export type Passphrase = string | Buffer;

/** PBKDF2 with HMAC-SHA-256 in a PEM file: a third of a second for each attempt at a passphrase. */
const PEM_ROUNDS = 600_000;
/** In PKCS#12, for the key and for the MAC, five times OpenSSL's: node-forge, which reads them, takes 10 to 20 µs a round. */
const PKCS12_ROUNDS = 10_000;

export interface Pkcs12Content {
  readonly privateKey: KeyObject;
  readonly certificates: Certificate[];
}

/**
 * Reads the one private key and the certificates of a PKCS#12 file (RFC 7292), RSA or EC: node-forge opens the
 * bags, node:crypto reads what is inside.
 *
 * @throws ValiseError KEY_PASSPHRASE, KEY_FILE
 */
export function importPkcs12(bytes: Uint8Array, passphrase: Passphrase): Pkcs12Content {
  let pfx: forge.pkcs12.Pkcs12Pfx;
  try {
    const frame = asn1.fromDer(Buffer.from(bytes).toString('latin1'));
    // RFC 7292 section 4: version, content, MAC. Without the MAC, an exchanged key would not be noticed.
    if (Array.isArray(frame.value) && frame.value.length === 2)
      throw new Error('it is not protected as a whole');
    pfx = pkcs12.pkcs12FromAsn1(frame, textOf(passphrase));
  } catch (error) {
    const wrong = /password|MAC could not/i.test(messageOf(error));
    throw new ValiseError(
      wrong ? 'KEY_PASSPHRASE' : 'KEY_FILE',
      wrong
        ? 'the passphrase of the PKCS#12 file is wrong, or the file was altered'
        : `the file is not PKCS#12 (${messageOf(error)})`,
      { remedy: wrong ? 'give the right passphrase' : 'give a PKCS#12 file (.p12)' },
      { cause: error },
    );
  }
  const bags = pfx.safeContents.flatMap(({ safeBags }) => safeBags);
  const keys = bags.filter(({ type }) => type === pki.oids.keyBag || type === pki.oids.pkcs8ShroudedKeyBag);
  const keyBag = keys[0];
  if (keyBag === undefined || keys.length > 1)
    throw new ValiseError('KEY_FILE', `the PKCS#12 file holds ${keys.length} private keys`, {
      remedy: 'give a PKCS#12 file with exactly one private key',
    });
  const privateKey = keyIn(keyBag);
  const certificates = bags
    .filter(({ type }) => type === pki.oids.certBag)
    .map((bag) => parseCertificate(derOf(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1)));
  return { privateKey, certificates };
}

function keyIn(bag: forge.pkcs12.Bag): KeyObject {
  let pkcs8: Buffer | undefined;
  try {
    // For RSA forge parses the key, for others it leaves the ASN.1 of the PKCS#8 structure in the bag.
    pkcs8 = derOf(bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag.asn1);
    return privateKeyOf({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw new ValiseError(
      'KEY_FILE',
      `the private key of the PKCS#12 file is of no supported kind (${messageOf(error)})`,
      { remedy: 'give a PKCS#12 file with a P-256 key, or an RSA key of at least 3072 bits' },
      { cause: error },
    );
  } finally {
    pkcs8?.fill(0);
  }
}

/**
 * Writes a PKCS#12 file: the key encrypted with PBES2 (AES-256-CBC), the certificates in the open, all under a MAC.
 *
 * @param content `certificates[0]` is the key's own
 * @throws ValiseError KEY_FILE where it is not
 */
export function exportPkcs12(
  content: {
    readonly privateKeyPem?: string;
    readonly privateKey?: KeyObject;
    readonly certificates: readonly Certificate[];
  },
  passphrase: Passphrase,
): Buffer {
  const key = content.privateKey ?? privateKeyOf(content.privateKeyPem ?? '');
  const [own] = content.certificates;
  if (own !== undefined && !isSameKey(key, own.publicKey))
    throw new ValiseError('KEY_FILE', `the key is not that of the certificate ${own.subject}`, {
      remedy: 'name the private key that belongs to this certificate',
    });
  const shrouded = shroud(key, passphrase, PKCS12_ROUNDS);
  const keyBag = safeBag('pkcs8ShroudedKeyBag', fromDer(shrouded));
  const certificateBags = content.certificates.map(({ der }) =>
    safeBag('certBag', sequence(oid('x509Certificate'), explicit0(octets(der.toString('latin1'))))),
  );
  const safe = sequence(data(sequence(...certificateBags)), data(sequence(keyBag)));
  const pfx = sequence(integer(3), data(safe), macOf(bytesOf(safe), passphrase));
  return derOf(pfx);
}

/**
 * The key as EncryptedPrivateKeyInfo (RFC 5958) in DER, with PBES2 (RFC 8018 section 6.2). Node.js and OpenSSL read it, but
 * write it with 2,048 rounds only.
 */
export function shroud(key: KeyObject, passphrase: Passphrase, rounds = PEM_ROUNDS): Buffer {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const secret = pbkdf2Sync(passphrase, salt, rounds, 32, 'sha256');
  const plain = key.export({ type: 'pkcs8', format: 'der' });
  try {
    const cipher = createCipheriv('aes-256-cbc', secret, iv);
    const encrypted = Buffer.concat([cipher.update(plain), cipher.final()]);
    const derivation = sequence(
      octets(salt.toString('latin1')),
      integer(rounds),
      sequence(oid('hmacWithSHA256'), asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, '')),
    );
    const scheme = sequence(
      sequence(oid('pkcs5PBKDF2'), derivation),
      sequence(oid('aes256-CBC'), octets(iv.toString('latin1'))),
    );
    return derOf(sequence(sequence(oid('pkcs5PBES2'), scheme), octets(encrypted.toString('latin1'))));
  } finally {
    plain.fill(0);
    secret.fill(0);
  }
}

function textOf(passphrase: Passphrase): string {
  return typeof passphrase === 'string' ? passphrase : passphrase.toString('utf8');
}

function macOf(safe: string, passphrase: Passphrase): Asn1 {
  const salt = forge.random.getBytesSync(16);
  const generate = pkcs12.generateKey as unknown as (
    password: string,
    salt: forge.util.ByteBuffer,
    id: number,
    rounds: number,
    length: number,
    digest: forge.md.MessageDigest,
  ) => forge.util.ByteBuffer;
  const key = generate(
    textOf(passphrase),
    forge.util.createBuffer(salt),
    3,
    PKCS12_ROUNDS,
    32,
    forge.md.sha256.create(),
  );
  const mac = forge.hmac.create();
  mac.start('sha256', key);
  mac.update(safe);
  const algorithm = sequence(oid('sha256'), asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, ''));
  return sequence(sequence(algorithm, octets(mac.getMac().getBytes())), octets(salt), integer(PKCS12_ROUNDS));
}

function safeBag(type: string, value: Asn1): Asn1 {
  return sequence(oid(type), explicit0(value));
}

function data(content: Asn1): Asn1 {
  return sequence(oid('data'), explicit0(octets(bytesOf(content))));
}

function sequence(...items: Asn1[]): Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, items);
}

function explicit0(item: Asn1): Asn1 {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, asn1.Type.NONE, true, [item]);
}

function octets(value: string): Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OCTETSTRING, false, value);
}

function integer(value: number): Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.INTEGER, false, asn1.integerToDer(value).getBytes());
}

function oid(name: string): Asn1 {
  return asn1.create(
    asn1.Class.UNIVERSAL,
    asn1.Type.OID,
    false,
    asn1.oidToDer(pki.oids[name] ?? '').getBytes(),
  );
}

function bytesOf(item: Asn1): string {
  return asn1.toDer(item).getBytes();
}

function derOf(item: Asn1): Buffer {
  return Buffer.from(bytesOf(item), 'latin1');
}

function fromDer(der: Buffer): Asn1 {
  return asn1.fromDer(der.toString('latin1'));
}
