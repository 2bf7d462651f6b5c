import { pbkdf2Sync, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { messageOf, ValiseError } from '#core';
import { parseCertificate, type Certificate } from './certificates.js';
import { bytesOf, partsOf } from './der.js';
import { privateKeyOf } from './public-keys.js';

const { asn1, pki, pkcs12 } = forge;

/**
 * node-forge takes the letters of a passphrase for bytes, so that one in Cyrillic opens nothing. PKCS#12 wants them as UTF-8
 * here, and as UTF-16 in its MAC, which node-forge does. Node.js' own derivation is right and many times faster.
 */
Object.assign(forge.pkcs5, {
  pbkdf2: (passphrase: string, salt: string, rounds: number, bytes: number, md: { algorithm: string }) =>
    pbkdf2Sync(passphrase, Buffer.from(salt, 'latin1'), rounds, bytes, md.algorithm).toString('latin1'),
});

/** Text, or bytes that the caller can overwrite afterwards. */
export type Passphrase = string | Buffer;

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
    if (partsOf(frame).length === 2) throw new Error('it is not protected as a whole');
    pfx = pkcs12.pkcs12FromAsn1(frame, passphrase.toString());
  } catch (error) {
    const wrong = /MAC could not|wrong password/.test(messageOf(error));
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
    .map((bag) => parseCertificate(bytesOf(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1)));
  return { privateKey, certificates };
}

function keyIn(bag: forge.pkcs12.Bag): KeyObject {
  // For RSA forge parses the key, for others it leaves the ASN.1 of the PKCS#8 structure in the bag.
  const pkcs8 = bytesOf(bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag.asn1);
  try {
    return privateKeyOf({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw new ValiseError(
      'KEY_FILE',
      `the private key of the PKCS#12 file is of no supported kind (${messageOf(error)})`,
      { remedy: 'give a PKCS#12 file with a P-256 key, or an RSA key of at least 3072 bits' },
      { cause: error },
    );
  } finally {
    pkcs8.fill(0);
  }
}
