export { BOOK_DAY_MS, excessOf, type BookAmounts, type BookBounds, type BookExcess } from './amounts.js';
export { isOfOthers } from './between.js';
export { earlierBook, earlierStatement } from './earlier.js';
export type { HeldBook } from './held.js';
export { BookHistory, type Comparison, type Differing, type Named } from './history.js';
export { readBook, readStatement, typOf, type ReadBook, type ReadingContext } from './reading.js';
export { RegisterSnapshot, type ListedAuthority, type PathMaterial, type Resolved } from './snapshot.js';
export { soundBooks, type SoundBooks } from './sound.js';
export { BOOK_VERSION_JUMP_MAX, isTooFar, successionOf, type Succession } from './succession.js';
