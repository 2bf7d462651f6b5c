import type { Direction, StatementType } from './tables.js';

/** Keys: the parts of a row's name, in the order of its primary key. */
export const keyOf = {
  pair: (own: string, peer: string) => `${own} ${peer}`,
  message: (own: string, peer: string, direction: Direction, ep: number, n: number) =>
    `${own} ${peer} ${direction} ${ep} ${n}`,
  identifier: (own: string, peer: string, direction: Direction, id: string) =>
    `${own} ${peer} ${direction} ${id}`,
  arrival: (own: string, peer: string, id: string) => `${own} ${peer} ${id}`,
  case: (own: string, id: string) => `${own} ${id}`,
  leaf: (own: string, peer: string, ep: number, side: 'own' | 'mirror', index: number) =>
    `${own} ${peer} ${ep} ${side} ${index}`,
  node: (own: string, peer: string, ep: number, side: 'own' | 'mirror', level: number, index: number) =>
    `${own} ${peer} ${ep} ${side} ${level} ${index}`,
  /** Of the internal log: it stands where the log of an authority with itself would, and has no epochs. */
  internalLeaf: (own: string, index: number) => `${own} ${own} 1 own ${index}`,
  internalNode: (own: string, level: number, index: number) => `${own} ${own} 1 own ${level} ${index}`,
  statement: (own: string, peer: string, typ: StatementType, which: string) =>
    `${own} ${peer} ${typ} ${which}`,
  attachment: (own: string, direction: Direction, id: string) => `${own} ${direction} ${id}`,
  attachmentUse: (own: string, peer: string) => `${own} ${peer}`,
  /** @param which a message's identity D, where it is known, so that it is held once in however many envelopes; else the bytes' SHA-256 */
  held: (node: string, which: string) => `${node} ${which}`,
  quarantine: (node: string, sha256: string, code: string) => `${node} ${sha256} ${code}`,
  epoch: (own: string, peer: string, direction: Direction, ep: number) => `${own} ${peer} ${direction} ${ep}`,
  mirror: (own: string, peer: string, ep: number) => `${own} ${peer} ${ep}`,
} as const;
