import { PART_BYTES } from './files.js';

/** Parts that were asked for and did not come yet: 16 MiB at most. */
const OUTSTANDING_PARTS_MAX = 16;
/** How many are asked for at once: while one half of the window comes, the other is on its way. */
const STEP_PARTS = 8;

/** The progress of pulling. Parts may arrive in any order within the window, for several replicas take them. */
export interface Progress {
  readonly partsTotal: number;
  /** All parts below this one are on the disk. */
  readonly partsDone: number;
  /** Bit i: the part `partsDone + i` is there too. Bit 0 is never set. */
  readonly partsAhead: number;
}

/** Successive parts, as a request names them. */
export interface Run {
  readonly first: number;
  readonly count: number;
}

/** Whether a part was asked for and is not there yet. */
export function isWanted(progress: Progress, part: number): boolean {
  return part >= progress.partsDone && part < askedTo(progress) && !isThere(progress, part);
}

/** The progress with one part more. */
export function withPart({ partsTotal, partsDone, partsAhead }: Progress, part: number): Progress {
  let ahead = partsAhead | (1 << (part - partsDone));
  let done = partsDone;
  for (; (ahead & 1) === 1; ahead >>>= 1) done++;
  return { partsTotal, partsDone: done, partsAhead: ahead };
}

/** What was not asked for before, now that there is more of it: nothing, or the next half of the window. */
export function nextRun(before: Progress, after: Progress): Run | undefined {
  const first = askedTo(before);
  const count = askedTo(after) - first;
  return count > 0 ? { first, count } : undefined;
}

/** What was asked for and is missing, in the fewest requests. */
export function missingRuns(progress: Progress): Run[] {
  const runs: Run[] = [];
  for (let part = progress.partsDone; part < askedTo(progress); part++) {
    if (isThere(progress, part)) continue;
    const last = runs.at(-1);
    if (last && last.first + last.count === part) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ first: part, count: 1 });
  }
  return runs;
}

export function partsThere({ partsDone, partsAhead }: Progress): number {
  let count = partsDone;
  for (let bits = partsAhead; bits !== 0; bits &= bits - 1) count++;
  return count;
}

/** Plaintext bytes of the parts that are there. */
export function bytesThere(progress: Progress, bytes: number): number {
  const there = partsThere(progress) * PART_BYTES;
  const last = progress.partsTotal - 1;
  return isThere(progress, last) ? there - ((last + 1) * PART_BYTES - bytes) : there;
}

function isThere({ partsDone, partsAhead }: Progress, part: number): boolean {
  const ahead = part - partsDone;
  // A shift of 32 or more would wrap.
  return ahead < 0 || (ahead < OUTSTANDING_PARTS_MAX && ((partsAhead >>> ahead) & 1) === 1);
}

/** Follows from the parts that are there, so that requests need not be stored: whole steps, up to the window's end. */
function askedTo({ partsDone, partsTotal }: Progress): number {
  return Math.min(partsTotal, Math.floor(partsDone / STEP_PARTS) * STEP_PARTS + OUTSTANDING_PARTS_MAX);
}
