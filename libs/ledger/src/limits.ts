/** Bounds of the format. Each stops a reader from spending on a stranger's bytes more than they cost to send. */

/** Enough that nobody guesses the content of a leaf from its hash. */
export const SALT_BYTES = 16;
/** Of a leaf of a pair's log: identifiers, a code and a rule, and nothing else. */
export const CONTENT_BYTES_MAX = 512;
/** Of a leaf of the internal log, which is not told: a decision with all its rules. */
export const INTERNAL_CONTENT_BYTES_MAX = 4_096;

/** Entries of one telling, and the bytes of their JSON: with its encryption it stays far below the envelope's 1 MiB. */
export const TELLING_ENTRIES_MAX = 512;
export const TELLING_BYTES_MAX = 256 * 1024;
/** A checkpoint with one signature; a post-quantum suite's has some kilobytes. */
export const CHECKPOINT_BYTES_MAX = 16 * 1024;
/** An entry, some fifty hashes and a checkpoint. */
export const RECEIPT_BYTES_MAX = 32 * 1024;

/** So many untold entries start a telling, and so long a time since the last. */
export const UNTOLD_MAX = 256;
export const TELLING_INTERVAL_SECONDS = 3_600;

/** A pair asks once a second, and is told at most so much for one ask. */
export const ASK_INTERVAL_SECONDS = 1;
export const ASK_PIECES_MAX = 8;

/**
 * Of a mirror: `stored`, a verdict and one more for a number of ours; `sent` and `voided` for one of theirs; and some
 * for epochs, erasures and conflicts. A counterpart cannot fill our disk by telling.
 */
export const MIRRORED_PER_OWN_NUMBER = 3;
export const MIRRORED_PER_PEER_NUMBER = 2;
export const MIRRORED_BESIDES = 64;
