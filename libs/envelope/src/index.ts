export * from './limits.js';
export { epoch, fileName, instant, mediaType, sequence, sha256Text, token, uuid } from './fields.js';
export { payloadBytes } from './payload.js';
export type { AttachmentEntry, BookReference, Payload, ProofReference } from './payload.js';
export { MESSAGE_TYPE } from './jws.js';
export type { Jws, JwsSignature, Resolve, Signer } from './jws.js';
export { resolveFrom, type TrustList } from './trust-list.js';
export {
  completeSeal,
  officerHeader,
  prepareSeal,
  signAsOfficer,
  verifyOfficerSignature,
  type PreparedSeal,
} from './seal.js';
export type { AttachmentKey, Content } from './content.js';
export { encrypt, encryptTogether, ENVELOPE_TYPE, type Recipient } from './jwe.js';
export {
  open,
  openAll,
  openEnclosed,
  unwrap,
  type Enclosed,
  type Opened,
  type OpenedMessage,
  type OpenedStatement,
  type OpenOptions,
} from './open.js';
export type { AuthenticatedSender, Rejected } from './rejected.js';
export * from './proof-contents.js';
export { proofHash, proofReference, sealProof, type OpenedProof } from './proofs.js';
export type { AlgorithmSuite, EphemeralKey, RecipientHeader } from './algorithm-suite.js';
export { PROFILE_SUITES, type SigningKey, type SuiteChoice } from './suites.js';
export {
  addStatementSignature,
  officerStatementHeader,
  signStatement,
  statementBytes,
  verifyStatement,
  verifyStatementSignature,
  type StatementSigner,
  type VerifiedStatement,
} from './statements.js';
export * from './statement-contents.js';
export {
  logHeadSchema,
  type Checkpoint,
  type InternalHead,
  type LogAsk,
  type LogHead,
} from './log-contents.js';
export {
  BOOK_STATEMENT_TYPE,
  BOOK_TYPE,
  signBook,
  signBookStatement,
  verifyBook,
  verifyBookStatement,
  type BookContent,
  type BookRejected,
  type BookTrust,
  type VerifiedBook,
  type VerifiedBookStatement,
} from './books.js';
export { HAND_OVER_TYPE, signHandOver, verifyHandOver, type VerifiedHandOver } from './hand-over.js';
export { RootChains } from './root-chains.js';
export { readListed, unusableListed, type ListedContent, type ListedMaterial } from './listed.js';
export {
  CHUNK_TAG_BYTES,
  chunkCount,
  chunkRange,
  cipherBytes,
  decryptChunk,
  encryptChunk,
  partCount,
  partRange,
} from './attachments.js';
