/** Bounds of the format. Each stops a reader from spending on a stranger's message more than the message cost. */

/** An envelope fits a broker message, a database row and a mail attachment. */
export const ENVELOPE_BYTES_MAX = 1_048_576;
/** Messages of one authority to another that share an envelope, and the bytes of their JSON together. A larger one goes alone. */
export const MESSAGES_MAX = 16;
export const SHARED_BYTES_MAX = 256 * 1024;
/** Of a log, beside their checkpoint (libs/ledger has a bound of their bytes). */
export const ENTRIES_MAX = 512;
/** It is in base64url twice in an envelope (16/9 of its size), beside signatures and attachments' keys. */
export const PAYLOAD_BYTES_MAX = 512 * 1024;
/** A protected header has a dozen short members; a book's also has two certificates. */
export const HEADER_BYTES_MAX = 8_192;
/** Two officers (four eyes), a unit's and the authority's seal. */
export const SIGNATURES_MAX = 4;
export const PROOFS_MAX = 32;
/** Four eyes and the seal: exactly these sign a proof. */
export const PROOF_OFFICERS = 2;
/** Items of one consent or release. Proofs share the envelope with the message. */
export const PROOF_ITEMS_MAX = 256;
export const PURPOSES_MAX = 64;
export const CONDITIONS_MAX = 64;
export const ATTACHMENTS_MAX = 64;
/** Parsers recurse; nothing that a treaty describes nests deeper. */
export const JSON_DEPTH_MAX = 32;
/** Books of versions that one decision rests on: the treaty's, two states', their arrangements. */
export const REGISTER_BOOKS_MAX = 32;
/** The window in which missing sequence numbers are asked for. */
export const RESEND_NUMBERS_MAX = 256;
/** Outstanding parts of one range request: 16 MiB. */
export const RANGE_PARTS_MAX = 16;
/** Clocks of two gateways may differ by this, in seconds. */
export const CLOCK_SKEW_SECONDS = 300;

/**
 * Of a book as it is signed: a national list with several hundred certificates. Every process that keeps, relays or reads it has the same
 * bound, or one that is relayed and that no node takes would cut its keeper off.
 */
export const BOOK_BYTES_MAX = 1_048_576;
/** 64 GiB: far above a disk image of a seized telephone, far below the counter of the chunks. */
export const ATTACHMENT_BYTES_MAX = 64 * 1_073_741_824;

/** Attachments: 64 KiB of plaintext a chunk, 16 chunks (1 MiB) a bus message. */
export const CHUNK_BYTES = 65_536;
export const PART_CHUNKS = 16;
