import { randomBytes } from 'node:crypto';
import { type Instant, unixSeconds, uuidv7 } from '#core';
import {
  completeSeal,
  encrypt,
  type Payload,
  payloadBytes,
  prepareSeal,
  signStatement,
  type StatementContents,
  type StatementType,
} from '#envelope';
import { checkpointOf, EMPTY_EDGE, entryOf, type PairContent, pairLeaf, piecesOf, SALT_BYTES } from '#ledger';
import { bookIdsFor } from '#treaties';
import { loadCertificate, loadPrivateKey } from '#trust';
import { files, type KeyFiles } from '../../apps/federation/src/keys.js';
import { INSTRUMENT, RECEIVER, spontaneous } from './exchange.js';
import type { TestFederation } from './harness.js';

export interface Place {
  readonly ep: number;
  readonly n: number;
  readonly prev: string | null;
}
export interface Crafted {
  readonly id: string;
  readonly D: string;
  readonly body: Buffer;
}
export interface CraftedMessage extends Crafted {
  /** The same message in another envelope, as it is published again. */
  readonly again: () => Buffer;
}

/** The keys of a node's authority, as its gateway holds them. */
export function keysOf(at: KeyFiles) {
  return { certificate: loadCertificate(at.certificate), key: loadPrivateKey(at.key) };
}

/**
 * An envelope under an authority's own, genuine seal that its gateway would not have made: a node whose software or keys
 * are in wrong hands.
 */
export function craft(
  { folderOf, books }: Pick<TestFederation, 'folderOf' | 'books'>,
  from: string,
  place: Place,
  changes: Partial<Payload> = {},
  recipient: KeyFiles = files.encryption(folderOf('by'), RECEIVER),
  seal = keysOf(files.seal(folderOf(from.slice(0, 2)), from)),
): CraftedMessage {
  const now = Date.now();
  const id = uuidv7(now, randomBytes(16));
  const payload = payloadBytes({
    v: 1,
    id,
    from,
    to: RECEIVER,
    act: 'spontaneous/1',
    case: id,
    instrument: INSTRUMENT,
    register: namedBooks(books, from),
    exp: unixSeconds(now) + 86_400,
    level: 'open',
    body: spontaneous().body,
    attachments: [],
    ...changes,
  });
  const { certificate, key } = seal;
  const prepared = prepareSeal({ payload, officers: [], certificate, iat: unixSeconds(now), ...place });
  const jws = completeSeal({ payload, officers: [], prepared, key });
  const encryption = loadCertificate(recipient.certificate);
  const again = (): Buffer => encrypt({ jws, attachmentKeys: [], from, recipient: encryption });
  return { id: changes.id ?? id, D: prepared.D, body: again(), again };
}

/** The books that a message of an authority of a state to RECEIVER names. */
export function namedBooks(books: TestFederation['books'], from: string): Payload['register'] {
  const ids = bookIdsFor(INSTRUMENT, from.slice(0, 2).toUpperCase(), RECEIVER.slice(0, 2).toUpperCase());
  return Object.fromEntries(ids.flatMap((id) => (books[id] ? [[id, books[id]]] : [])));
}

/** A statement under an authority's own, genuine seal. */
export function craftStatement<T extends StatementType>(
  { folderOf }: TestFederation,
  from: string,
  typ: T,
  content: StatementContents[T],
  iat = unixSeconds(Date.now()),
  to: KeyFiles = files.encryption(folderOf('by'), RECEIVER),
): Pick<Crafted, 'body'> {
  const seal = keysOf(files.seal(folderOf(from.slice(0, 2)), from));
  const jws = signStatement({ typ, content, signers: [{ ...seal, role: 'seal' }], iat });
  const recipient = loadCertificate(to.certificate);
  return { body: encrypt({ jws, attachmentKeys: [], from, recipient }) };
}

/** What an authority tells of a log that begins with these entries, under its own, genuine seal. */
export function craftTelling(
  { folderOf }: TestFederation,
  from: string,
  to: string,
  contents: readonly PairContent[],
  at: Instant,
): Pick<Crafted, 'body'> {
  const leaves = contents.map((content) => pairLeaf(content, randomBytes(SALT_BYTES)));
  const [piece] = piecesOf(EMPTY_EDGE, leaves);
  if (!piece) throw new Error('a telling of nothing');
  const checkpoint = checkpointOf(piece, { from, to, ep: 1, seen: null, internal: null, at });
  const seal = keysOf(files.seal(folderOf(from.slice(0, 2)), from));
  const iat = unixSeconds(Date.now());
  const signers = [{ ...seal, role: 'seal' as const }];
  const jws = signStatement({ typ: 'valise-checkpoint+jws', content: checkpoint, signers, iat });
  const recipient = loadCertificate(files.encryption(folderOf(to.slice(0, 2)), to).certificate);
  return { body: encrypt({ jws, entries: piece.leaves.map((leaf) => entryOf(leaf)), from, recipient }) };
}
