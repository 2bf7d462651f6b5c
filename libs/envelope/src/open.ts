import { fromBase64url, isUuidv7 } from '#core';
import { checkFrame } from './frame.js';
import { CLOCK_SKEW_SECONDS } from './limits.js';
import {
  checkHeader,
  MESSAGE_TYPE,
  parseHeader,
  readHeader,
  isSealHeader,
  isSignerHeader,
  signingInput,
  verifySignature,
  type Judging,
  type Jws,
  type JwsSignature,
  type SealHeader,
  type Signer,
} from './jws.js';
import type { AttachmentKey, Content } from './content.js';
import { decrypt, type Recipient } from './jwe.js';
import type { OfficerRole } from '#trust';
import { isPayload, type Payload } from './payload.js';
import { openProofs, type OpenedProof } from './proofs.js';
import { Refusal, refusing, type AuthenticatedSender, type Rejected } from './rejected.js';
import { cosignature, identityOf, officerRole } from './seal.js';
import {
  isEncryptedStatementType,
  type EncryptedStatementType,
  type StatementContents,
} from './statement-contents.js';
import { readStatement } from './statements.js';
import { decode, encode, parseCanonical } from './text.js';

export interface OpenedMessage {
  readonly ok: true;
  readonly kind: 'message';
  /** The message's identity: what receipts, consents and evidence cite. */
  readonly D: string;
  readonly payload: Payload;
  readonly payloadBytes: Buffer;
  readonly jws: Jws;
  /** Those that the payload names, in its order, with every signature verified. What they cover is for the caller to decide. */
  readonly proofs: readonly OpenedProof[];
  readonly attachmentKeys: readonly AttachmentKey[];
  readonly seal: {
    readonly authority: string;
    readonly thumbprint: string;
    readonly iat: number;
    readonly ep: number;
    readonly n: number;
    readonly prev: string | null;
  };
  readonly officers: readonly (Signer & { readonly role: OfficerRole })[];
}

interface OpenedStatementOf<T extends EncryptedStatementType> {
  readonly ok: true;
  readonly kind: 'statement';
  readonly typ: T;
  /** The authority whose key opened it, which the statement names. */
  readonly to: string;
  readonly content: StatementContents[T];
  readonly signer: { readonly authority: string; readonly thumbprint: string; readonly iat: number };
  readonly jws: Jws;
  /** Of a checkpoint, as they came beside it: anybody can put others there, and the root tells. */
  readonly entries: T extends typeof CHECKPOINT_TYPE ? readonly unknown[] : undefined;
}
const CHECKPOINT_TYPE = 'valise-checkpoint+jws';
export type OpenedStatement = { [T in EncryptedStatementType]: OpenedStatementOf<T> }[EncryptedStatementType];

export type Opened = OpenedMessage | OpenedStatement;

export interface OpenOptions extends Judging {
  readonly recipients: readonly Recipient[];
  /** Unix seconds. */
  readonly now: number;
}

/**
 * Opens an envelope that carries one thing: decrypt → verify every signature → read what was signed → bind it to sender
 * and recipient → its times. Nothing of a stranger's bytes makes it throw.
 */
export function open(bytes: Buffer, options: OpenOptions): Opened | Rejected {
  const contents = unwrap(bytes, options);
  if ('ok' in contents) return contents;
  const only = contents.length === 1 ? contents[0] : undefined;
  if (only === undefined)
    return { ok: false, code: 'ENVELOPE_FORMAT', detail: 'several messages, where one is expected' };
  return openEnclosed(only, options);
}

/** One thing out of an envelope: decrypted, and nothing of it verified. JSON can say it, so that it can be kept by itself. */
export interface Enclosed {
  readonly content: Content;
  /** The authority whose key opened the envelope. */
  readonly to: string;
  /** Whom the key agreement names as sender; absent in a suite without it. */
  readonly apu?: string | undefined;
  /** Whether others were beside it. */
  readonly shared: boolean;
}

/** Decrypts an envelope. @returns what it carries, each to be opened by itself: one that is refused takes no other along */
export function unwrap(bytes: Buffer, options: OpenOptions): readonly Enclosed[] | Rejected {
  return refusing(() => {
    const { contents, recipient, apu } = decrypt(bytes, options.recipients, options.suites);
    const shared = contents.length > 1;
    return contents.map((content) => ({ content, to: recipient.authority, apu, shared }));
  });
}

/** Opens everything that an envelope carries. @returns one answer where it does not decrypt, else one for each thing in it */
export function openAll(bytes: Buffer, options: OpenOptions): readonly (Opened | Rejected)[] {
  const contents = unwrap(bytes, options);
  return 'ok' in contents ? [contents] : contents.map((one) => openEnclosed(one, options));
}

/** Verifies, reads and binds one of them. */
export function openEnclosed(enclosed: Enclosed, options: Opening): Opened | Rejected {
  return refusing(() => {
    const first = parseHeader(enclosed.content.jws.signatures[0]?.protected ?? '') as Claimed;
    const typ = first?.typ;
    if (typ === MESSAGE_TYPE) return openMessage(enclosed, first, options);
    if (isEncryptedStatementType(typ)) return openStatement(enclosed, typ, options);
    throw new Refusal('ENVELOPE_FORMAT', 'the content is of no type that travels in an envelope');
  });
}

type Opening = Omit<OpenOptions, 'recipients'>;

/** What a header says of itself, unchecked. Every signature must be of the type that the first one claims. */
type Claimed = { readonly typ?: unknown; readonly role?: unknown } | null;

function openMessage({ content, to, apu }: Enclosed, first: Claimed, options: Opening): OpenedMessage {
  const { jws, attachmentKeys, entries } = content;
  if (entries !== undefined) throw new Refusal('ENVELOPE_FORMAT', 'a message beside entries of a log');
  const { header, seal, commits, D } = verifySeal(jws, first, options);
  const bytes = decode(jws.payload, 'payload');
  const value = parseCanonical(bytes, 'payload');

  // From here on the sender is known, so that a rejection can be answered and its number counted.
  const sender = senderOf(value, seal.authority, to, D, header);
  // Anybody can put other officers' signatures beside a seal: only what it commits to is the sender's doing.
  const officers = verifyOfficers(jws, options, commits ? sender : undefined);
  if (!commits)
    throw new Refusal('ENVELOPE_SIGNATURE', 'the officers’ signatures are not those that were sealed');
  const payload = readPayload(value, sender);
  if (payload.from !== seal.authority || officers.some(({ authority }) => authority !== payload.from))
    throw new Refusal(
      'ENVELOPE_BINDING',
      'the signers do not belong to the authority that the message names',
    );
  // Both stop the forwarding of somebody's sealed message under another name.
  if (payload.to !== to)
    throw new Refusal('ENVELOPE_BINDING', 'the message is addressed to another authority');
  if (apu !== undefined && apu !== encode(payload.from))
    throw new Refusal('ENVELOPE_BINDING', 'the envelope was not made by the authority that signed');
  requireTimes(payload, [header.iat, ...officers.map(({ iat }) => iat)], options.now, sender);
  requireAttachmentKeys(payload, attachmentKeys, sender);
  const proofs = openProofs(payload, content.proofs, sender, options);

  const { authority, thumbprint, iat } = seal;
  const { ep, n, prev } = header;
  return {
    ok: true,
    kind: 'message',
    D,
    payload,
    payloadBytes: bytes,
    jws,
    proofs,
    attachmentKeys,
    seal: { authority, thumbprint, iat, ep, n, prev },
    officers,
  };
}

/** The seal is last. `commits` says whether it names exactly the officers' signatures that stand before it. */
function verifySeal(
  jws: Jws,
  first: Claimed,
  judging: Judging,
): { header: SealHeader; seal: Signer; commits: boolean; D: string } {
  const entry = lastOf(jws);
  const last = jws.signatures.length === 1 ? first : (parseHeader(entry.protected) as Claimed);
  if (last?.typ === MESSAGE_TYPE && last.role !== 'seal')
    throw new Refusal('ENVELOPE_ROLE', 'the last signature is not a seal');
  const header = checkHeader(last, isSealHeader, MESSAGE_TYPE);
  const input = signingInput(entry.protected, jws.payload);
  const seal = verifySignature(entry, header, input, judging);
  const commits = header.cos.join() === jws.signatures.slice(0, -1).map(cosignature).join();
  return { header, seal, commits, D: identityOf(input) };
}

/**
 * Every officer's signature, one by one. If one fails although the sender sealed it, the sender is notified, and its
 * number is counted.
 */
function verifyOfficers(
  jws: Jws,
  judging: Judging,
  sender: AuthenticatedSender | undefined,
): (Signer & { role: OfficerRole })[] {
  return jws.signatures.slice(0, -1).map((entry) => {
    try {
      const header = readHeader(entry.protected, isSignerHeader, MESSAGE_TYPE);
      const input = signingInput(entry.protected, jws.payload);
      const { role, authority, thumbprint, iat } = verifySignature(entry, header, input, judging);
      return { role: officerRole(role), authority, thumbprint, iat };
    } catch (error) {
      throw error instanceof Refusal ? new Refusal(error.code, error.detail, sender) : error;
    }
  });
}

function lastOf(jws: Jws): JwsSignature {
  const last = jws.signatures.at(-1);
  if (last === undefined) throw new Refusal('ENVELOPE_SIGNATURE', 'there is no signature');
  return last;
}

function senderOf(
  value: unknown,
  from: string,
  to: string,
  D: string,
  { ep, n, prev }: SealHeader,
): AuthenticatedSender | undefined {
  const said = value as { from?: unknown; to?: unknown; id?: unknown } | null;
  const id = said?.id;
  if (said?.from !== from || said.to !== to || typeof id !== 'string' || !isUuidv7(id)) return undefined;
  return { from, to, id, D, ep, n, prev };
}

function readPayload(value: unknown, sender: AuthenticatedSender | undefined): Payload {
  if ((value as { v?: unknown } | null)?.v !== 1)
    throw new Refusal('ENVELOPE_VERSION', 'the payload is not of version 1', sender);
  try {
    return checkFrame(isPayload, value, 'payload');
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.code, error.detail, sender) : error;
  }
}

function requireTimes(
  payload: Payload,
  issued: readonly number[],
  now: number,
  sender: AuthenticatedSender | undefined,
): void {
  const latest = Math.max(...issued);
  if (latest > now + CLOCK_SKEW_SECONDS)
    throw new Refusal('ENVELOPE_EXPIRED', 'a signature is dated ahead of our clock', sender);
  if (latest > payload.exp)
    throw new Refusal('ENVELOPE_EXPIRED', 'the message was signed after its own expiry', sender);
  if (payload.exp < now) throw new Refusal('REPLAY', 'the message arrived after its expiry', sender);
}

function requireAttachmentKeys(
  payload: Payload,
  keys: readonly AttachmentKey[],
  sender: AuthenticatedSender | undefined,
): void {
  const listed = payload.attachments;
  const matching =
    keys.length === listed.length &&
    listed.every(({ id, bytes, sha256 }, index) => {
      const key = keys[index];
      return key?.id === id && key.bytes === bytes && key.sha256 === sha256 && isKey(key.key);
    });
  if (!matching)
    throw new Refusal('ENVELOPE_ATTACHMENT', 'the attachment keys are not those of the attachments', sender);
}

function isKey(text: string): boolean {
  return fromBase64url(text) !== undefined;
}

function openStatement(
  { content: { jws, proofs, attachmentKeys, entries }, to, apu, shared }: Enclosed,
  typ: EncryptedStatementType,
  options: Opening,
): OpenedStatement {
  if (shared || proofs.length > 0 || attachmentKeys.length > 0)
    throw new Refusal('ENVELOPE_FORMAT', 'a statement travels alone');
  if ((entries !== undefined) !== (typ === CHECKPOINT_TYPE))
    throw new Refusal('ENVELOPE_FORMAT', 'a checkpoint travels with its entries, and nothing else does');
  const { content, signers } = readStatement(jws, typ, options);
  const [signer] = signers;
  if (signer === undefined) throw new Refusal('ENVELOPE_SIGNATURE', 'there is no signature');
  if (content.to !== to)
    throw new Refusal('ENVELOPE_BINDING', 'the statement is addressed to another authority');
  if (apu !== undefined && apu !== encode(signer.authority))
    throw new Refusal('ENVELOPE_BINDING', 'the envelope was not made by the authority that signed');
  if (signer.iat > options.now + CLOCK_SKEW_SECONDS)
    throw new Refusal('ENVELOPE_EXPIRED', 'the signature is dated ahead of our clock');
  const { authority, thumbprint, iat } = signer;
  // The schema was chosen by `typ`, which the compiler does not follow through the union.
  return {
    ok: true,
    kind: 'statement',
    typ,
    to,
    content,
    signer: { authority, thumbprint, iat },
    jws,
    ...(entries !== undefined && { entries }),
  } as OpenedStatement;
}
