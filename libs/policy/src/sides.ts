import type { Entry, Operation } from '#treaties';

/** Who the two are, as the register has them. */
export interface Sides {
  /** On the instrument's list that day. */
  readonly fromListed: Entry | undefined;
  readonly toListed: Entry | undefined;
  /** Listed, or else what the register knows of it. */
  readonly from: Entry | undefined;
  readonly to: Entry | undefined;
}

export function isOrgan(entry: Entry | undefined): boolean {
  return entry?.kind === 'organ';
}

export function hasOrgan({ from, to }: Pick<Sides, 'from' | 'to'>): boolean {
  return isOrgan(from) || isOrgan(to);
}

/** On the list, and not an organ where organs take no part. */
export function mayTakePart(listed: Entry | undefined, organs: boolean): boolean {
  return listed !== undefined && (organs || !isOrgan(listed));
}

/** What an instrument says of its lists; of organs in other words where its text speaks of authorities alone. */
export function listingFor(operation: Extract<Operation, { op: 'listed' }>, sides: Sides) {
  return (hasOrgan(sides) ? operation.organ : undefined) ?? operation;
}
