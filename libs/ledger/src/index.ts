export * from './limits.js';
export type { Refused } from './refused.js';
export {
  internalContentSchema,
  pairContentSchema,
  readContent,
  type EpochBegun,
  type Erased,
  type InternalContent,
  type PairContent,
  type Reading,
  type Received,
  type Sent,
  type Voided,
} from './contents.js';
export {
  entryOf,
  internalLeaf,
  pairLeaf,
  readEntry,
  shortened,
  type Entry,
  type ErasedLeaf,
  type Leaf,
  type ReadEntry,
} from './leaf.js';
export {
  append,
  edgeBytes,
  edgeFrom,
  EMPTY_EDGE,
  EMPTY_ROOT,
  HASH_BYTES,
  leafHash,
  nodeHash,
  rootOf,
  TILE_WIDTH,
  type Edge,
  type TreeNode,
} from './tree.js';
export { edgeAt, rootAt, rootTiles, type ReadTile, type Tile } from './tiles.js';
export {
  consistencyPath,
  consistencyTiles,
  inclusionPath,
  inclusionTiles,
  verifyConsistency,
  verifyInclusion,
} from './proofs.js';
export {
  checkpointOf,
  sealCheckpoint,
  sealInternal,
  sealLogAsk,
  statementHash,
  verifyCheckpoint,
  verifyInternal,
  type Judging,
  type Sealing,
  type Stretch,
  type VerifiedCheckpoint,
} from './checkpoint.js';
export {
  entryBytes,
  parseTelling,
  readEntries,
  tellingBytes,
  type ParsedTelling,
  type Telling,
} from './telling.js';
export { isDue, piecesOf, type Piece, type StoredLeaf, type Untold } from './pieces.js';
export { answerAsk, type AskAnswer, type Asked } from './asks.js';
export {
  emptyMirror,
  mirroredMax,
  mirrorTelling,
  rootsNeeded,
  type Contradiction,
  type Mirror,
  type MirroredLeaf,
  type MirrorOutcome,
  type Numbers,
  type ToldBy,
} from './mirror.js';
export { judgeSeen, type Seen } from './witness.js';
export {
  contradictorySize,
  forkTiles,
  proveFork,
  verifyFork,
  type ForkProof,
  type VerifiedFork,
} from './fork.js';
export {
  cutOut,
  parseReceipt,
  verifyCutOut,
  verifyReceipt,
  type CutOut,
  type SentMessage,
  type VerifiedCutOut,
  type VerifiedReceipt,
} from './receipt.js';
export { judgeReceived, standingWith, type OwnMessage, type Standing } from './verdict.js';
