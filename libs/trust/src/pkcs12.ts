import { createPrivateKey, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { messageOf, ValiseError } from '#core';
import { parseCertificate, type Certificate } from './certificates.js';

const { asn1, pki, pkcs12 } = forge;
type Asn1 = forge.asn1.Asn1;

/** As OpenSSL makes them by default: the strength of such a file is that of its passphrase. */
const MAC_ROUNDS = 2_048;

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
export function importPkcs12(bytes: Uint8Array, passphrase: string): Pkcs12Content {
  let pfx: forge.pkcs12.Pkcs12Pfx;
  try {
    const frame = asn1.fromDer(Buffer.from(bytes).toString('latin1'));
    pfx = pkcs12.pkcs12FromAsn1(frame, passphrase);
  } catch (error) {
    const wrong = /password|MAC/i.test(messageOf(error));
    throw new ValiseError(
      wrong ? 'KEY_PASSPHRASE' : 'KEY_FILE',
      wrong ? 'the passphrase of the PKCS#12 file is wrong' : 'the file is no PKCS#12',
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
  // For RSA forge parses the key, for others it leaves the ASN.1 of the PKCS#8 structure in the bag.
  const pkcs8 = keyBag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(keyBag.key)) : keyBag.asn1;
  const certificates = bags
    .filter(({ type }) => type === pki.oids.certBag)
    .map((bag) => parseCertificate(derOf(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1)));
  return {
    privateKey: createPrivateKey({ key: derOf(pkcs8), format: 'der', type: 'pkcs8' }),
    certificates,
  };
}

/**
 * Writes a PKCS#12 file: the key encrypted with PBES2 (AES-256-CBC), the certificates in the open, all under a MAC.
 *
 * @param content `certificates[0]` is the key's own
 */
export function exportPkcs12(
  content: { readonly privateKeyPem: string; readonly certificates: readonly Certificate[] },
  passphrase: string,
): Buffer {
  const shrouded = createPrivateKey(content.privateKeyPem).export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase,
  });
  const keyBag = safeBag('pkcs8ShroudedKeyBag', fromDer(shrouded));
  const certificateBags = content.certificates.map(({ der }) =>
    safeBag('certBag', sequence(oid('x509Certificate'), explicit0(octets(der.toString('latin1'))))),
  );
  const safe = sequence(data(sequence(...certificateBags)), data(sequence(keyBag)));
  const pfx = sequence(integer(3), data(safe), macOf(bytesOf(safe), passphrase));
  return derOf(pfx);
}

function macOf(safe: string, passphrase: string): Asn1 {
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
    passphrase,
    forge.util.createBuffer(salt),
    3,
    MAC_ROUNDS,
    32,
    forge.md.sha256.create(),
  );
  const mac = forge.hmac.create();
  mac.start('sha256', key);
  mac.update(safe);
  const algorithm = sequence(oid('sha256'), asn1.create(asn1.Class.UNIVERSAL, asn1.Type.NULL, false, ''));
  return sequence(sequence(algorithm, octets(mac.getMac().getBytes())), octets(salt), integer(MAC_ROUNDS));
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
