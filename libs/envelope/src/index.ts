export * from './limits.js';
export { payloadBytes, payloadSchema, PROOF_TYPES } from './payload.js';
export type { AttachmentEntry, Payload, ProofReference, ProofType } from './payload.js';
export { MESSAGE_TYPE } from './jws.js';
export type { Jws, JwsSignature, Resolve, Signer } from './jws.js';
export {
  completeSeal,
  officerHeader,
  prepareSeal,
  signAsOfficer,
  verifyOfficerSignature,
  type PreparedSeal,
} from './seal.js';
export { encrypt, ENVELOPE_TYPE, type AttachmentKey, type Recipient } from './jwe.js';
export { open, type Opened, type OpenedMessage, type OpenedStatement, type OpenOptions } from './open.js';
export type { AuthenticatedSender, Rejected } from './rejected.js';
export { proofHash, proofReference } from './proofs.js';
export {
  addStatementSignature,
  signStatement,
  verifyStatement,
  type StatementSigner,
  type VerifiedStatement,
} from './statements.js';
export * from './statement-contents.js';
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
