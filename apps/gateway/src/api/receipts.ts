import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Checkpoint, Jws } from '#envelope';
import {
  type CutOut,
  cutOut,
  inclusionTiles,
  readContent,
  type ReadTile,
  type Received,
  type Tile,
} from '#ledger';
import { DataSource } from 'typeorm';
import { Messages } from './messages.js';

/** Of one message: `stored`, a verdict, and those that contradict it. */
const ENTRIES_MAX = 16;

export interface FoundReceipt {
  readonly direction: 'given' | 'received';
  readonly message: string;
  readonly D: string;
  readonly peer: string;
  readonly stage: Received['stage'];
  readonly code: string | null;
  readonly rule: string | null;
  readonly at: Date;
  /** Null of one that we gave: we sign no checkpoint for a reader. And where no checkpoint covers it. */
  readonly receipt: CutOut | null;
  /** One of before the logs, as it was signed. */
  readonly jws: Jws | null;
}

interface About extends Pick<FoundReceipt, 'peer' | 'direction'> {
  readonly d: string;
  /** Its receipts are not before this leaf of a log of this epoch. */
  readonly log: number;
  readonly leaf: string;
}

interface FoundLeaf {
  readonly ep: number;
  readonly idx: string;
  readonly hash: Buffer;
  readonly salt: Buffer;
  readonly text: string;
}

/**
 * Receipts for one message: leaves of the log that the other side keeps for us, cut out of our mirror, for a message of ours; leaves that
 * we gave, for one of theirs; and receipts of before there were logs.
 */
@Injectable()
export class Receipts {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly messages: Messages,
  ) {}

  /** @returns in the order in which they were given, first those for a message of ours */
  async of(own: string, id: string): Promise<FoundReceipt[]> {
    const old: FoundReceipt[] = await this.database.query(OLD, [own, id]);
    const sent = (await this.messages.listed(own, id, 'out')).flatMap(({ peer, d }) =>
      d === null ? [] : [{ peer, d, log: 0, leaf: '0', direction: 'received' as const }],
    );
    const arrived: Omit<About, 'direction'>[] = await this.database.query(ARRIVED, [own, id]);
    const given = arrived.map((one) => ({ ...one, direction: 'given' as const }));
    const found: FoundReceipt[] = [];
    for (const about of [...sent, ...given]) found.push(...(await this.inLog(own, id, about)));
    return [...old, ...found];
  }

  private async inLog(
    own: string,
    id: string,
    { peer, d, direction, log, leaf: first }: About,
  ): Promise<FoundReceipt[]> {
    const side = direction === 'given' ? 'own' : 'mirror';
    const leaves: FoundLeaf[] = await this.database.query(LEAVES, [
      ...[own, peer, side, `{"D":"${d}",`, ENTRIES_MAX, log, first],
    ]);
    const found: FoundReceipt[] = [];
    for (const leaf of leaves) {
      const reading = readContent(JSON.parse(leaf.text));
      if (reading.is !== 'known' || reading.content.kind !== 'received' || reading.content.D !== d) continue;
      const { stage, code = null, rule = null, at } = reading.content;
      const receipt = direction === 'given' ? null : await this.cutOut(own, peer, leaf);
      found.push({
        ...{ direction, message: id, D: d, peer, stage, code, rule, at: new Date(at), receipt, jws: null },
      });
    }
    return found;
  }

  private async cutOut(own: string, peer: string, leaf: FoundLeaf): Promise<CutOut | null> {
    const [mirror]: { checkpoint: Jws | null }[] = await this.database.query(
      'SELECT checkpoint FROM mirror WHERE own = $1 AND peer = $2 AND ep = $3',
      [own, peer, leaf.ep],
    );
    if (!mirror?.checkpoint) return null;
    const { checkpoint } = mirror;
    const { size } = JSON.parse(Buffer.from(checkpoint.payload, 'base64url').toString('utf8')) as Checkpoint;
    const index = Number(leaf.idx);
    if (size <= index) return null;
    const read = await this.tiles(own, peer, leaf.ep, inclusionTiles(index, size));
    return cutOut(leaf, { index, size, checkpoint }, read);
  }

  private async tiles(own: string, peer: string, ep: number, tiles: readonly Tile[]): Promise<ReadTile> {
    const loaded = new Map<string, Buffer[]>();
    for (const tile of tiles) {
      const { level, from, to } = tile;
      const rows: { hash: Buffer }[] =
        level === 0
          ? await this.database.query(LEAF_HASHES, [own, peer, ep, from, to])
          : await this.database.query(NODE_HASHES, [own, peer, ep, from, to, level]);
      loaded.set(
        nameOf(tile),
        rows.map(({ hash }) => hash),
      );
    }
    return (tile) => loaded.get(nameOf(tile)) ?? [];
  }
}

function nameOf({ level, from }: Tile): string {
  return `${level} ${from}`;
}

const OLD = `SELECT direction, message_id AS message, d AS "D", peer, stage, code, rule, at, NULL AS receipt, jws
  FROM old_receipt WHERE authority = $1 AND direction IN ('given', 'received') AND message_id = $2 ORDER BY seq`;

/** What came under the identifier, also what was refused before it could be stored. */
const ARRIVED = `SELECT arrival.peer, arrival.d, arrival.log, arrival.leaf FROM pair JOIN arrival ON arrival.own = pair.own AND arrival.peer = pair.peer
  WHERE pair.own = $1 AND arrival.id = $2 ORDER BY arrival.peer, arrival.log, arrival.leaf`;

/**
 * A pair's log is read through: nothing of it is indexed by what it says, which the other side chooses. In canonical JSON of a receipt D
 * comes first.
 */
const LEAVES = `SELECT ep, idx, hash, salt, text FROM leaf
  WHERE own = $1 AND peer = $2 AND side = $3 AND salt IS NOT NULL AND starts_with(text, $4) AND (ep, idx) >= ($6, $7)
  ORDER BY ep, idx LIMIT $5`;

const LEAF_HASHES = `SELECT hash FROM leaf
  WHERE own = $1 AND peer = $2 AND ep = $3 AND side = 'mirror' AND idx >= $4 AND idx < $5 ORDER BY idx`;
const NODE_HASHES = `SELECT hash FROM node
  WHERE own = $1 AND peer = $2 AND ep = $3 AND side = 'mirror' AND level = $6 AND idx >= $4 AND idx < $5 ORDER BY idx`;
