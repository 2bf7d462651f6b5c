import type { HeldBook } from './held.js';

const HOUR_MS = 3_600_000;

export interface BookAge {
  readonly book: string;
  readonly version: number;
  readonly hash: string;
  readonly signedAt: Date;
  readonly receivedAt: Date;
  readonly receivedFrom: string;
  /** From when the age counts: the keeper's last statement, or the signing. */
  readonly freshAt: Date;
  readonly stale: boolean;
}
/** What a keeper said of a version, and when. */
export interface Said {
  readonly version: number;
  readonly hash: string;
  readonly at: Date;
}
/** What a keeper said of its book since it signed it. */
export interface Words {
  /** Last, that a version is the newest. */
  readonly confirmed: Said | undefined;
  /** First, that there is a newer one than ours; `version` is the highest named since. */
  readonly announced: Said | undefined;
}
interface Moment {
  readonly now: Date;
  /** For which a keeper's word counts. */
  readonly ageHoursMax: number;
}
type Version = Pick<HeldBook, 'version'>;

export function ageOf(held: HeldBook, words: Words, moment: Moment): BookAge {
  const { book, version, hash, signedAt, receivedAt, receivedFrom } = held;
  const { confirmed } = words;
  const freshAt = confirmed?.version === version && confirmed.hash === hash ? confirmed.at : signedAt;
  // What two authorities signed between themselves has no keeper who would restate it.
  const kept = book.startsWith('treaty:') || book.startsWith('list:');
  const stale = kept && (isOver(freshAt, moment) || isSuperseded(held, words, moment));
  return { book, version, hash, signedAt, receivedAt, receivedFrom, freshAt, stale };
}

/** Whether its keeper named a newer version so long ago that nothing may rest on ours any more. */
export function isSuperseded(ours: Version, words: Pick<Words, 'announced'>, moment: Moment): boolean {
  const newer = newerThan(ours, words);
  return newer !== undefined && isOver(newer.at, moment);
}

/** Whether a word that ours is the newest counts. Once a newer one was named, none makes ours fresh again. */
export function confirms(said: Said, words: Words): boolean {
  const isLater = words.confirmed === undefined || words.confirmed.at < said.at;
  return isLater && newerThan(said, words) === undefined;
}

function newerThan(ours: Version, { announced }: Pick<Words, 'announced'>): Said | undefined {
  return announced && announced.version > ours.version ? announced : undefined;
}

function isOver(at: Date, { now, ageHoursMax }: Moment): boolean {
  return now.getTime() - at.getTime() > ageHoursMax * HOUR_MS;
}
