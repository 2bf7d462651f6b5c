import 'reflect-metadata';
import { constants, verify, type KeyObject, type webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { messageOf, ValiseError } from '#core';
import type { Certificate } from './certificates.js';
import { bytesOf, partsOf, signedParts } from './der.js';
import { issueLeaf, type Validity } from './issue.js';
import { generateKey, type Issuer } from './keys.js';
import {
  alternativeNames,
  distinguishedName,
  HOSTS_MAX,
  hostsIn,
  requireAuthority,
  requireHosts,
} from './names.js';
import { bytesIn } from './pem.js';
import { isSameKey, publicKeyOf, spkiOf, suiteOf, type Suite } from './public-keys.js';
import { AUTHORITY_ID, AUTHORITY_URN, decodeRoles, encodeRoles, ROLE_EXTENSION, type Role } from './roles.js';
import { PSS_SALT_BYTES, softwareSigner, type Signer } from './signer.js';
import { withheld } from './withheld.js';

/** A certificate request (PKCS#10, RFC 2986) whose signer has shown to have the private key. */
export interface CertificateRequest {
  readonly der: Buffer;
  readonly pem: string;
  readonly subject: string;
  /** The subject as it stands in the request, to be copied into the certificate. */
  readonly name: x509.Name;
  readonly publicKey: KeyObject;
  readonly suite: Suite;
  /** What is asked for; undefined where the request does not say, as other tools' do not. */
  readonly authority: string | undefined;
  readonly role: Role | undefined;
  readonly hosts: readonly string[];
}

const REQUEST_BYTES_MAX = 16_384;
const KEY_USAGE = '2.5.29.15';
const KEY_IDENTIFIER = '2.5.29.14';
const ALTERNATIVE_NAME = '2.5.29.17';
/** Key usage follows from the role and the identifier from the key: harmless to ask for, and not copied. */
const REQUESTABLE = [ALTERNATIVE_NAME, ROLE_EXTENSION, KEY_USAGE, KEY_IDENTIFIER];
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/**
 * Asks for a certificate: the public key, who it is for and in which role, signed with the private key.
 *
 * @param options `signer` for a key that is there already, `key` likewise, or `suite` and a key is made and returned
 * @throws ValiseError INPUT_INVALID for names that a certificate cannot hold
 */
export async function createRequest(options: {
  readonly subject: { readonly name: string; readonly country?: string | undefined };
  readonly authority: string;
  readonly role: Role;
  readonly hosts?: readonly string[] | undefined;
  readonly suite?: Suite | undefined;
  readonly key?: KeyObject | undefined;
  readonly signer?: Signer | undefined;
}): Promise<{ request: CertificateRequest; privateKeyPem?: string }> {
  const { authority, role, subject, hosts = [] } = options;
  requireAuthority(authority);
  requireHosts(hosts);
  const name = distinguishedName(subject);
  const given = options.signer ?? (options.key && softwareSigner(options.key));
  const { signer, privateKeyPem } =
    given === undefined ? await newSigner(options.suite) : { signer: given, privateKeyPem: undefined };
  const made = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name,
      extensions: [
        new x509.SubjectAlternativeNameExtension(alternativeNames(authority, hosts)),
        new x509.Extension(ROLE_EXTENSION, false, encodeRoles([role])),
      ],
      ...signedBy(signer),
    },
    cryptoOf(signer),
  );
  const request = parseRequest(new Uint8Array(made.rawData));
  return privateKeyPem === undefined ? { request } : withheld({ request, privateKeyPem });
}

async function newSigner(suite: Suite = 'P-256'): Promise<{ signer: Signer; privateKeyPem: string }> {
  const { privateKey, privateKeyPem } = await generateKey(suite);
  return { signer: softwareSigner(privateKey), privateKeyPem };
}

/**
 * Reads a request and verifies its proof of possession. What it asks for is only its maker's claim.
 *
 * @param pemOrDer PEM with the label `CERTIFICATE REQUEST`, or DER; at most 16 KiB
 * @throws ValiseError CERTIFICATE_FORMAT, also where it asks for what is not granted (to be an authority, for example)
 */
export function parseRequest(pemOrDer: string | Uint8Array): CertificateRequest {
  try {
    return read(bytesIn(pemOrDer, 'CERTIFICATE REQUEST', REQUEST_BYTES_MAX));
  } catch (error) {
    throw error instanceof ValiseError ? error : formatError(messageOf(error), error);
  }
}

/**
 * Issues what a request asks for, as far as the issuer agrees: `authority` and `role` are what the issuer verified, and a
 * request that says otherwise is refused. Only the subject, the key and a `tls` certificate's hosts are taken from it.
 *
 * @throws ValiseError FORBIDDEN, INPUT_INVALID, KEY_FILE
 */
export async function issueFromRequest(
  options: Validity & {
    readonly issuer: Issuer;
    readonly request: CertificateRequest;
    readonly authority: string;
    readonly role: Role;
  },
): Promise<Certificate> {
  const { issuer, request, authority, role } = options;
  const differs =
    request.authority !== undefined && request.authority !== authority
      ? `the authority ${request.authority}, not ${authority}`
      : request.role !== undefined && request.role !== role
        ? `the role ${request.role}, not ${role}`
        : request.hosts.length > 0 && role !== 'tls'
          ? 'host names, which only a certificate of the role tls has'
          : undefined;
  if (differs !== undefined)
    throw new ValiseError('FORBIDDEN', `the request asks for ${differs}`, {
      remedy: 'ask its maker which is right; if the request is wrong, have another made',
    });
  if (isSameKey(request.publicKey, issuer.certificate.publicKey))
    throw new ValiseError('FORBIDDEN', 'the request is for the issuer’s own key', {
      remedy: 'have a request made with a key of its own',
    });
  return issueLeaf({
    issuer,
    role,
    authority,
    name: request.name,
    hosts: request.hosts,
    publicKey: request.publicKey,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
  });
}

function read(der: Buffer): CertificateRequest {
  const { signed, signedBytes } = signedParts(der);
  const [version, , key] = partsOf(signed);
  // RFC 2986 section 4.1: version, subject, public key; only version 1 is there.
  if (version?.value !== '\0' || key === undefined) throw formatError('it is not of version 1');
  const publicKey = publicKeyOf(bytesOf(key));
  const parsed = new x509.Pkcs10CertificateRequest(der);
  const suite = suiteOf(publicKey);
  if (!verifyPossession(parsed, signedBytes, publicKey))
    throw formatError('it is not signed with its own key, so its maker may not have that key');
  const asked = parsed.attributes.filter(({ type }) => type === EXTENSION_REQUEST);
  const oids = parsed.extensions.map(({ type }) => type);
  if (asked.length > 1 || new Set(oids).size !== oids.length)
    throw formatError('it asks for an extension twice');
  const stranger = oids.find((oid) => !REQUESTABLE.includes(oid));
  if (stranger !== undefined)
    throw formatError(`it asks for the extension ${stranger}, which is not granted`);
  const names = parsed.getExtension(ALTERNATIVE_NAME) as x509.SubjectAlternativeNameExtension | null;
  return Object.freeze({
    der,
    pem: `${parsed.toString('pem')}\n`,
    subject: parsed.subject,
    name: parsed.subjectName,
    publicKey,
    suite,
    authority: authorityIn(names),
    role: roleIn(parsed),
    hosts: Object.freeze(hostsIn(names)),
  });
}

function authorityIn(names: x509.SubjectAlternativeNameExtension | null): string | undefined {
  const items = names?.names.items ?? [];
  const urls = items.filter(({ type }) => type === x509.URL).map(({ value }) => value);
  const known = items.filter(({ type }) => type === x509.URL || type === x509.DNS || type === x509.IP);
  if (urls.length > 1 || known.length < items.length || items.length > HOSTS_MAX + 1)
    throw formatError('it asks for other names than one authority and its hosts');
  const [url] = urls;
  if (url === undefined) return undefined;
  const id = url.slice(AUTHORITY_URN.length);
  if (!url.startsWith(AUTHORITY_URN) || !AUTHORITY_ID.test(id))
    throw formatError(`"${url}" is not an authority`);
  return id;
}

function roleIn(parsed: x509.Pkcs10CertificateRequest): Role | undefined {
  const extension = parsed.getExtension(ROLE_EXTENSION);
  if (extension === null) return undefined;
  const roles = decodeRoles(new Uint8Array(extension.value));
  if (roles?.length !== 1) throw formatError('it does not ask for one known role');
  return roles[0];
}

function verifyPossession(
  parsed: x509.Pkcs10CertificateRequest,
  signed: Buffer,
  publicKey: KeyObject,
): boolean {
  const { name, hash, saltLength } = parsed.signatureAlgorithm as {
    name: string;
    hash: { name: string };
    saltLength?: number;
  };
  const algorithm = `${name}/${hash.name}`;
  const wanted =
    publicKey.asymmetricKeyType === 'ec'
      ? ['ECDSA/SHA-256']
      : ['RSASSA-PKCS1-v1_5/SHA-256', 'RSA-PSS/SHA-256'];
  if (!wanted.includes(algorithm)) throw formatError(`it is signed with ${algorithm}`);
  const signature = Buffer.from(parsed.signature);
  if (name !== 'RSA-PSS') return verify('sha256', signed, publicKey, signature);
  if (saltLength !== PSS_SALT_BYTES) throw formatError('it is signed with RSA-PSS and an unusual salt');
  return verify(
    'sha256',
    signed,
    { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength },
    signature,
  );
}

/** What the generator needs to know of the key; it hands the key itself only to `cryptoOf`. */
function signedBy({
  suite,
}: Signer): Pick<x509.Pkcs10CertificateRequestCreateParams, 'keys' | 'signingAlgorithm'> {
  const algorithm =
    suite === 'P-256'
      ? { name: 'ECDSA', hash: { name: 'SHA-256' }, namedCurve: 'P-256' }
      : { name: 'RSA-PSS', hash: { name: 'SHA-256' }, saltLength: PSS_SALT_BYTES };
  return {
    signingAlgorithm: algorithm,
    keys: { publicKey: { algorithm }, privateKey: { algorithm } },
  };
}

/** The two operations of WebCrypto that the generator uses, on a signer: so a key in a hardware module can ask as well. */
function cryptoOf(signer: Signer): webcrypto.Crypto {
  const subtle = {
    exportKey: () => Promise.resolve(new Uint8Array(spkiOf(signer.publicKey)).buffer),
    sign: (_algorithm: unknown, _key: unknown, data: ArrayBuffer) =>
      Promise.resolve(new Uint8Array(signer.sign(Buffer.from(data))).buffer),
  };
  return { subtle } as unknown as webcrypto.Crypto;
}

function formatError(what: string, cause?: unknown): ValiseError {
  return new ValiseError(
    'CERTIFICATE_FORMAT',
    `the certificate request cannot be used: ${what}`,
    { remedy: 'give one PKCS#10 request, made with `valise certs request`' },
    { cause },
  );
}
