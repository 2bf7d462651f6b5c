import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import { ValiseError } from '#core';
import type { Certificate } from '#trust';
import type { RecipientHeader } from './algorithm-suite.js';
import { contentBytes, readContents, type AttachmentKey, type Content } from './content.js';
import { isSha256Text } from './fields.js';
import { checkFrame, members, oneOf, optional, single, strict, text } from './frame.js';
import { ENVELOPE_BYTES_MAX } from './limits.js';
import { parseHeader, type Jws } from './jws.js';
import { CEK_BYTES } from './key-agreement.js';
import { Refusal } from './rejected.js';
import { ownSuite, suiteFor, type SuiteChoice } from './suites.js';
import { decode, decodeExactly, encode, frameBytes, parseFrame, sha256, type Bulk } from './text.js';

export const ENVELOPE_TYPE = 'valise-env+jwe';
export const CONTENT_ENCRYPTION = 'A256GCM';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** A post-quantum suite's encapsulation is 1.5 kB, its longest keys twice that. */
const EPHEMERAL_MEMBER_MAX = 4_096;
const EPHEMERAL_MEMBERS_MAX = 8;
const EPHEMERAL_NAME_MAX = 16;
const ENVELOPE_BULK: Bulk = ['ciphertext'];
const COMMITMENT_PREFIX = Buffer.from('valise-cek-v1\0', 'latin1');

const isProtectedHeader = strict<{ enc: string; typ: string; ckc: string }>({
  enc: text(32),
  typ: oneOf(ENVELOPE_TYPE),
  ckc: isSha256Text,
});

const isMemberName = (name: string): boolean => name.length <= EPHEMERAL_NAME_MAX;

interface Envelope {
  readonly protected: string;
  readonly recipients: readonly [{ readonly header: RecipientHeader; readonly encrypted_key: string }];
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
}

const isEnvelope = strict<Envelope>({
  protected: text(ENVELOPE_BYTES_MAX),
  recipients: single(
    strict<Envelope['recipients'][0]>({
      header: strict<RecipientHeader>({
        alg: text(32),
        kid: isSha256Text,
        // Its members are those of the suite's keys, which the suite checks.
        epk: optional(members(isMemberName, text(EPHEMERAL_MEMBER_MAX), EPHEMERAL_MEMBERS_MAX)),
        apu: optional(text(128)),
        apv: optional(text(128)),
      }),
      encrypted_key: text(2048),
    }),
  ),
  iv: text(64),
  ciphertext: text(ENVELOPE_BYTES_MAX),
  tag: text(64),
});

export interface Recipient {
  readonly authority: string;
  readonly certificate: Certificate;
  readonly key: KeyObject;
}

/**
 * Encrypts for one authority.
 *
 * @param options `from` is the sending authority, `recipient` the encryption certificate; `entries` of a checkpoint
 * @returns JWE General JSON (RFC 7516 section 7.2.1), at most 1 MiB
 * @throws ValiseError ENVELOPE_SIZE, or ENVELOPE_ROLE for a certificate that is not for encryption
 */
export function encrypt(
  options: SuiteChoice & {
    readonly jws: Jws;
    readonly proofs?: readonly Jws[] | undefined;
    readonly attachmentKeys?: readonly AttachmentKey[] | undefined;
    readonly entries?: readonly unknown[] | undefined;
    readonly from: string;
    readonly recipient: Certificate;
  },
): Buffer {
  const { jws, proofs = [], attachmentKeys = [], entries } = options;
  return encryptContents([{ jws, proofs, attachmentKeys, entries }], options);
}

/**
 * Encrypts several messages of one authority for another, which share the cost of one envelope: at most 16, with 256 KiB of
 * plaintext.
 *
 * @throws ValiseError as `encrypt`
 */
export function encryptTogether(
  messages: readonly Content[],
  options: SuiteChoice & { readonly from: string; readonly recipient: Certificate },
): Buffer {
  return encryptContents(messages, options);
}

function encryptContents(
  contents: readonly Content[],
  { from, recipient, suites }: SuiteChoice & { readonly from: string; readonly recipient: Certificate },
): Buffer {
  if (!recipient.roles.includes('encryption'))
    throw new ValiseError('ENVELOPE_ROLE', `${recipient.subject} is not a certificate for encryption`);
  const suite = ownSuite(recipient.publicKey, suites);
  const plaintext = contentBytes(contents);
  const random = randomBytes(CEK_BYTES + IV_BYTES);
  const [cek, iv] = [random.subarray(0, CEK_BYTES), random.subarray(CEK_BYTES)];
  const { header, encryptedKey } = suite.wrap(cek, recipient, from);
  const protectedHeader = encode(
    JSON.stringify({ enc: CONTENT_ENCRYPTION, typ: ENVELOPE_TYPE, ckc: commitmentTo(cek) }),
  );
  const cipher = createCipheriv(CIPHER, cek, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(protectedHeader, 'latin1'));
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  // The keys of attachments are in it.
  wipe(cek, plaintext);
  const envelope = {
    protected: protectedHeader,
    recipients: [{ header, encrypted_key: encode(encryptedKey) }],
    iv: encode(iv),
    ciphertext: '',
    tag: encode(cipher.getAuthTag()),
  };
  const bytes = frameBytes(envelope, ENVELOPE_BULK, encode(ciphertext));
  if (bytes.length > ENVELOPE_BYTES_MAX)
    throw new ValiseError('ENVELOPE_SIZE', `the envelope has ${bytes.length} bytes`, {
      remedy: `at most ${ENVELOPE_BYTES_MAX}: send large content as an attachment`,
    });
  return bytes;
}

export interface Decrypted {
  /** What it carries, each to be opened by itself. */
  readonly contents: readonly Content[];
  readonly recipient: Recipient;
  /** Whom the key agreement names as sender; undefined in a suite without it. To be compared with what is signed. */
  readonly apu: string | undefined;
}

/** @throws Refusal */
export function decrypt(
  bytes: Buffer,
  recipients: readonly Recipient[],
  suites: SuiteChoice['suites'],
): Decrypted {
  if (bytes.length > ENVELOPE_BYTES_MAX)
    throw new Refusal('ENVELOPE_SIZE', `the envelope is larger than ${ENVELOPE_BYTES_MAX} bytes`);
  const frame = parseFrame(bytes.toString('latin1'), 'envelope', ENVELOPE_BULK);
  const envelope = checkFrame(isEnvelope, frame, 'envelope');
  const header = checkFrame(isProtectedHeader, parseHeader(envelope.protected), 'envelope header');
  if (header.enc !== CONTENT_ENCRYPTION)
    throw new Refusal('ENVELOPE_ALGORITHM', `the content is not encrypted with ${CONTENT_ENCRYPTION}`);
  const [entry] = envelope.recipients;
  const recipient = recipients.find(({ certificate }) => certificate.thumbprint === entry.header.kid);
  if (recipient === undefined)
    throw new Refusal('ENVELOPE_NOT_FOR_ME', `no key here has the thumbprint ${entry.header.kid}`);

  const cek = unwrap(entry.header, entry.encrypted_key, recipient, suites);
  let text: string;
  try {
    if (commitmentTo(cek) !== header.ckc)
      throw new Refusal('ENVELOPE_COMMITMENT', 'the envelope commits to another key than the one it carries');
    text = decipher(cek, envelope);
  } finally {
    wipe(cek);
  }
  return {
    contents: readContents(text),
    recipient,
    apu: entry.header.apu,
  };
}

function unwrap(
  header: RecipientHeader,
  encryptedKeyText: string,
  recipient: Recipient,
  suites: SuiteChoice['suites'],
): Buffer {
  const suite = suiteFor(recipient.certificate.publicKey, suites);
  if (header.alg !== suite.keyManagement)
    throw new Refusal('ENVELOPE_ALGORITHM', `the recipient's suite takes keys by ${suite.keyManagement}`);
  if (header.apu !== undefined) decode(header.apu, 'apu');
  if (header.apv !== undefined && header.apv !== encode(header.kid))
    throw new Refusal('ENVELOPE_BINDING', 'apv is not the recipient key');
  const cek = suite.unwrap(decode(encryptedKeyText, 'encrypted_key'), header, recipient);
  if (cek === undefined) throw new Refusal('ENVELOPE_DECRYPT', 'the envelope does not open');
  return cek;
}

function decipher(cek: Buffer, envelope: Envelope): string {
  const iv = decodeExactly(envelope.iv, IV_BYTES, 'iv');
  // Shorter tags are valid GCM and easier to forge.
  const tag = decodeExactly(envelope.tag, TAG_BYTES, 'tag');
  const ciphertext = decode(envelope.ciphertext, 'ciphertext');
  const cipher = createDecipheriv(CIPHER, cek, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(envelope.protected, 'latin1'));
  cipher.setAuthTag(tag);
  const plaintext = cipher.update(ciphertext);
  try {
    cipher.final();
    return plaintext.toString('latin1');
  } catch {
    throw new Refusal('ENVELOPE_DECRYPT', 'the envelope does not open');
  } finally {
    wipe(plaintext);
  }
}

/** GCM alone does not commit to its key: one ciphertext can be made to open differently under two. */
function commitmentTo(cek: Buffer): string {
  const input = Buffer.concat([COMMITMENT_PREFIX, cek]);
  try {
    return sha256(input);
  } finally {
    wipe(input);
  }
}

/** As far as Node.js lets us: strings, and what OpenSSL copied, are out of reach. */
function wipe(...secrets: Buffer[]): void {
  for (const secret of secrets) secret.fill(0);
}
