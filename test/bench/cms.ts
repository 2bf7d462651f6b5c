import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** PKCS#7 as node-forge gives it: RSA-3072, SHA-256, AES-256-CBC. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const { asn1, pkcs7, pki, md, util } = forge;

/** A self-signed certificate. OpenSSL makes the key: node-forge would take seconds. */
export function createIdentity(name: string): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const certificate = pki.createCertificate();
  certificate.publicKey = pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + DAY_MS);
  certificate.setSubject([{ name: 'commonName', value: name }]);
  certificate.setIssuer([{ name: 'commonName', value: name }]);
  certificate.sign(pki.privateKeyFromPem(key), md.sha256.create());
  return { certificate: pki.certificateToPem(certificate), key };
}

export class Cms {
  private readonly certificate;
  private readonly key;
  private readonly peer;

  constructor(own: Identity, peerCertificate: string) {
    this.certificate = pki.certificateFromPem(own.certificate);
    this.key = pki.privateKeyFromPem(own.key);
    this.peer = pki.certificateFromPem(peerCertificate);
  }

  /** Signed, then enveloped for the other side; DER. */
  protect(content: Buffer): Buffer {
    const signed = pkcs7.createSignedData();
    signed.content = util.createBuffer(content.toString('binary'));
    signed.addCertificate(this.certificate);
    signed.addSigner({
      key: this.key,
      certificate: this.certificate,
      digestAlgorithm: pki.oids.sha256 ?? '',
      authenticatedAttributes: [
        { type: pki.oids.contentType ?? '', value: pki.oids.data },
        { type: pki.oids.messageDigest ?? '' },
      ],
    });
    signed.sign();
    const enveloped = pkcs7.createEnvelopedData();
    enveloped.addRecipient(this.peer);
    enveloped.content = asn1.toDer(signed.toAsn1());
    enveloped.encrypt();
    return Buffer.from(asn1.toDer(enveloped.toAsn1()).getBytes(), 'binary');
  }

  /** node-forge parses signatures and leaves verifying them to its user: digest of the content, then the attributes' signature. */
  open(der: Buffer): Buffer {
    const enveloped = pkcs7.messageFromAsn1(
      asn1.fromDer(der.toString('binary')),
    ) as forge.pkcs7.PkcsEnvelopedData;
    const recipient = enveloped.recipients[0];
    if (!recipient) throw new Error('the CMS has no recipient');
    enveloped.decrypt(recipient, this.key);
    const inner =
      enveloped.content instanceof Object ? enveloped.content.getBytes() : (enveloped.content ?? '');
    const { rawCapture } = pkcs7.messageFromAsn1(asn1.fromDer(inner)) as unknown as { rawCapture: Captured };
    const content = rawCapture.content.value[0]?.value ?? '';
    const digest = md.sha256.create().update(content).digest().bytes();
    const attributes = rawCapture.authenticatedAttributes;
    if (!attributes.some((attribute) => asn1.toDer(attribute).getBytes().endsWith(digest)))
      throw new Error('the CMS’s content is not what was signed');
    const set = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, attributes);
    const hash = md.sha256.create().update(asn1.toDer(set).getBytes()).digest().bytes();
    const { publicKey } = this.peer;
    if (!('verify' in publicKey && publicKey.verify(hash, rawCapture.signature)))
      throw new Error('the CMS’s signature does not verify');
    return Buffer.from(content, 'binary');
  }
}

/** What node-forge keeps of a parsed SignedData; its types do not tell. */
interface Captured {
  readonly content: { readonly value: readonly { readonly value: string }[] };
  readonly authenticatedAttributes: forge.asn1.Asn1[];
  readonly signature: string;
}
