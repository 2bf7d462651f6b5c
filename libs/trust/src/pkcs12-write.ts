import { createCipheriv, pbkdf2Sync, randomBytes, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import type { Certificate } from './certificates.js';
import { bytesOf, type Asn1 } from './der.js';
import { requireKeyOf } from './keys.js';
import type { Passphrase } from './pkcs12.js';

const { asn1, pki, pkcs12 } = forge;

type Oid =
  | 'aes256-CBC'
  | 'certBag'
  | 'data'
  | 'hmacWithSHA256'
  | 'keyBag'
  | 'pkcs5PBES2'
  | 'pkcs5PBKDF2'
  | 'pkcs8ShroudedKeyBag'
  | 'sha256'
  | 'x509Certificate';
const OIDS = pki.oids as Readonly<Record<Oid, string>>;

/** PBKDF2 with HMAC-SHA-256 in a PEM file: a third of a second for each attempt at a passphrase. */
const PEM_ROUNDS = 600_000;
/** In PKCS#12, for the key and for the MAC, five times OpenSSL's: node-forge, which reads them, takes 10 to 20 µs a round. */
const PKCS12_ROUNDS = 10_000;

/**
 * Writes a PKCS#12 file: the key encrypted with PBES2 (AES-256-CBC), the certificates in the open, all under a MAC.
 *
 * @param content `certificates[0]` is the key's own
 * @throws ValiseError KEY_FILE where it is not
 */
export function exportPkcs12(
  content: { readonly privateKey: KeyObject; readonly certificates: readonly Certificate[] },
  passphrase: Passphrase,
): Buffer {
  const { privateKey, certificates } = content;
  const [own] = certificates;
  if (own !== undefined) requireKeyOf(own, privateKey);
  const keyBag = safeBag('pkcs8ShroudedKeyBag', fromDer(shroud(privateKey, passphrase, PKCS12_ROUNDS)));
  const certificateBags = certificates.map(({ der }) =>
    safeBag('certBag', sequence(oid('x509Certificate'), explicit0(octets(der.toString('latin1'))))),
  );
  return pfxOf([certificateBags, [keyBag]], passphrase);
}

/** The frame of a PKCS#12 file around groups of bags, with its MAC. */
export function pfxOf(
  groups: readonly (readonly Asn1[])[],
  passphrase: Passphrase,
  rounds = PKCS12_ROUNDS,
): Buffer {
  const safe = sequence(...groups.map((bags) => data(sequence(...bags))));
  return bytesOf(sequence(integer(3), data(safe), macOf(textOf(safe), passphrase, rounds)));
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
    return bytesOf(sequence(sequence(oid('pkcs5PBES2'), scheme), octets(encrypted.toString('latin1'))));
  } finally {
    plain.fill(0);
    secret.fill(0);
  }
}

function macOf(safe: string, passphrase: Passphrase, rounds: number): Asn1 {
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
    passphrase.toString(),
    forge.util.createBuffer(salt),
    3,
    rounds,
    32,
    forge.md.sha256.create(),
  );
  const mac = forge.hmac.create();
  mac.start('sha256', key);
  mac.update(safe);
  const algorithm = sequence(oid('sha256'), asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, ''));
  return sequence(sequence(algorithm, octets(mac.getMac().getBytes())), octets(salt), integer(rounds));
}

export function safeBag(type: Oid, value: Asn1): Asn1 {
  return sequence(oid(type), explicit0(value));
}

function data(content: Asn1): Asn1 {
  return sequence(oid('data'), explicit0(octets(textOf(content))));
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

function oid(name: Oid): Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.OID, false, asn1.oidToDer(OIDS[name]).getBytes());
}

/** DER, one character for a byte, as node-forge takes it. */
function textOf(item: Asn1): string {
  return asn1.toDer(item).getBytes();
}

export function fromDer(der: Buffer): Asn1 {
  return asn1.fromDer(der.toString('latin1'));
}
