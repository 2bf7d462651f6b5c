export {
  admit,
  type Admission,
  type Announced,
  type BookRecord,
  type Contradiction,
  type OnRecord,
  type Rules,
} from './admission.js';
export { ageOf, confirms, isSuperseded, type BookAge, type Said, type Words } from './ages.js';
export { BOOK_DAY_MS, excessOf, type BookAmounts, type BookBounds, type BookExcess } from './amounts.js';
export { apartFrom, type Apart, type Ours } from './apart.js';
export { isOfOthers } from './between.js';
export { bookNamedIn, contentIn, typOf } from './claims.js';
export { admitHandOver, type HandingOver } from './hand-overs.js';
export type { HeldBook, Named } from './held.js';
export { BookHistory, type Comparison, type Differing } from './history.js';
export type { BookAnswer, ReadBook, Reader, Reading, Statement, StatementAnswer, Unread } from './reader.js';
export { readBook, readStatement } from './reading.js';
export type { Refused } from './refusals.js';
export { isRevokedBy, onceListed } from './revoked.js';
export { RegisterSnapshot, type ListedAuthority, type Resolved } from './snapshot.js';
export { crlsIn, soundBooks, type SoundBooks } from './sound.js';
export { announcementIn, awaitsNewRoot, standingOf, type Standing } from './statements.js';
export { BOOK_VERSION_JUMP_MAX, successionOf, type Succession } from './succession.js';
