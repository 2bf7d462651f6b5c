import { constants, privateEncrypt, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import { messageOf, ValiseError } from '#core';
import type { Certificate } from './certificates.js';
import { requireKeyOf } from './keys.js';

const { asn1, pkcs7, pki, util } = forge;
const OIDS = pki.oids as Readonly<
  Record<'contentType' | 'data' | 'messageDigest' | 'sha256' | 'signingTime', string>
>;

/** DigestInfo of SHA-256 without the hash itself, RFC 8017 section 9.2 note 1. */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/**
 * A detached CMS signature (RFC 5652) over content that is sealed in JOSE: for archives and courts whose tools know CMS only.
 * It adds nothing to the seal, and nothing here reads it; `openssl cms -verify -binary` does.
 *
 * @param options RSA only, for node-forge knows no EC certificates; `at` is the signing time that is stated in it
 * @returns DER of the SignedData, with the certificate in it and without the content
 * @throws ValiseError INPUT_INVALID for another suite, KEY_FILE for another's key
 */
export function cmsTwin(options: {
  readonly content: Buffer;
  readonly certificate: Certificate;
  readonly key: KeyObject;
  readonly at: Date;
  /** The intermediate between the certificate and its root, if there is one. */
  readonly chain?: readonly Certificate[] | undefined;
}): Buffer {
  const { content, certificate, key, at, chain = [] } = options;
  if (certificate.suite !== 'RSA')
    throw new ValiseError(
      'INPUT_INVALID',
      `${certificate.subject} is not RSA: a CMS twin is made for RSA seals only`,
      {
        remedy: 'export the JOSE signature, which every suite has',
      },
    );
  requireKeyOf(certificate, key);
  try {
    const signed = pkcs7.createSignedData();
    signed.content = util.createBuffer(content.toString('binary'));
    const own = pki.certificateFromPem(certificate.pem);
    signed.addSigner({
      key: nativeKey(key) as forge.pki.rsa.PrivateKey,
      certificate: own,
      digestAlgorithm: OIDS.sha256,
      authenticatedAttributes: [
        { type: OIDS.contentType, value: OIDS.data },
        { type: OIDS.messageDigest },
        // Its type says string, and its code takes a date.
        { type: OIDS.signingTime, value: at as never },
      ],
    });
    signed.sign({ detached: true });
    const frame = signed.toAsn1();
    carry([certificate, ...chain], frame);
    return Buffer.from(asn1.toDer(frame).getBytes(), 'binary');
  } catch (error) {
    throw new ValiseError(
      'INPUT_INVALID',
      `the CMS twin cannot be made: ${messageOf(error)}`,
      {},
      { cause: error },
    );
  }
}

/** Puts certificates into the SignedData as their issuers signed them: node-forge would write them again, in other bytes. */
function carry(certificates: readonly Certificate[], contentInfo: forge.asn1.Asn1): void {
  const [, content] = contentInfo.value as [forge.asn1.Asn1, { value: [{ value: forge.asn1.Asn1[] }] }];
  const parsed = certificates.map(({ der }) => asn1.fromDer(der.toString('binary')));
  // RFC 5652 section 5.1: certificates [0] stands before the signers, which are last.
  const tagged = asn1.create(asn1.Class.CONTEXT_SPECIFIC, asn1.Type.NONE, true, parsed);
  content.value[0].value.splice(-1, 0, tagged);
}

/** All that node-forge does with a key is to ask it for a signature: OpenSSL makes it, forty times faster and in constant time. */
function nativeKey(key: KeyObject): { sign(digest: forge.md.MessageDigest): string } {
  return {
    sign(digest) {
      const hashed = Buffer.from(digest.digest().getBytes(), 'binary');
      const padded = { key, padding: constants.RSA_PKCS1_PADDING };
      return privateEncrypt(padded, Buffer.concat([SHA256_DIGEST_INFO, hashed])).toString('binary');
    },
  };
}
