import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Repeating } from '#service';
import { DataSource, In, Not } from 'typeorm';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Attachment } from './attachment.entity.js';
import { type Direction, PARTIAL_FOLDER } from './files.js';
import { AttachmentStore } from './store.js';

const TURN_MS = 5_000;
/** All files are scanned only now and then. */
const ORPHAN_TURNS = 720;
/** Uploads whose time is over, removed in one turn. */
const BATCH_MAX = 200;
/**
 * An upload writes in every `stallSeconds` or ends: a file unchanged for three of them belongs to no upload, on any
 * replica.
 */
const STALLS = 3;
/** A file gets its row right after its name; one without a row after so long never gets one. */
const ORPHAN_MS = 3_600_000;
const DIRECTIONS: readonly Direction[] = ['in', 'out'];
const STORED = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.chunks$/;

/** Removes uploads that no message named, and files that killed processes left behind. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Attachments');
  private readonly repeating = new Repeating(TURN_MS, () => this.turn(), this.logger);
  private turns = 0;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly leader: Leader,
    private readonly store: AttachmentStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.removePartial();
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  private async turn(): Promise<void> {
    if (!this.leader.isLeader) return;
    await this.removeUnnamed();
    await this.removePartial();
    if (this.turns++ % ORPHAN_TURNS === 0) await this.removeOrphans();
  }

  /** The row first: a file without a row is found later, a row without its file could be named by a message. */
  private async removeUnnamed(): Promise<void> {
    const [removed]: [{ authority: string; id: string }[], number] = await this.database.query(
      `DELETE FROM attachment WHERE (own, direction, id) IN (
         SELECT own, direction, id FROM attachment
         WHERE direction = 'out' AND status = 'ready' AND unnamed_since < now() - make_interval(secs => $1)
         LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING own AS authority, id`,
      [this.configuration.attachments.unsentHours * 3600, BATCH_MAX],
    );
    for (const { authority, id } of removed) await this.store.files.remove(authority, 'out', id);
    if (removed.length > 0) this.logger.log(`${removed.length} uploads were removed that no message named`);
  }

  /** What is left of uploads whose process was killed. */
  private async removePartial(): Promise<void> {
    const stalledMs = STALLS * this.configuration.attachments.stallSeconds * 1000;
    for (const authority of await namesIn(this.store.files.folder)) {
      const folder = join(this.store.files.folder, authority, PARTIAL_FOLDER);
      for (const name of await namesIn(folder))
        if ((await untouchedMs(join(folder, name))) > stalledMs) await this.remove(folder, name);
    }
  }

  private async removeOrphans(): Promise<void> {
    for (const authority of await namesIn(this.store.files.folder))
      for (const direction of DIRECTIONS) {
        const folder = join(this.store.files.folder, authority, direction);
        for (const name of await namesIn(folder)) {
          const id = STORED.exec(name)?.[1];
          if (id === undefined || (await untouchedMs(join(folder, name))) < ORPHAN_MS) continue;
          if (await this.isKept(authority, direction, id)) continue;
          await this.remove(folder, name);
        }
      }
  }

  /** A process may have ended between the commit that needs no file any more and the file's removal. */
  private isKept(authority: string, direction: Direction, id: string): Promise<boolean> {
    const status = Not(In(['failed', 'deleted']));
    return this.database.getRepository(Attachment).existsBy({ authority, direction, id, status });
  }

  private async remove(folder: string, name: string): Promise<void> {
    await rm(join(folder, name), { force: true });
    this.logger.log(`${name} was removed: its writer has ended`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    // It is not there yet, or no folder: nothing of ours.
    return [];
  }
}

async function untouchedMs(file: string): Promise<number> {
  try {
    return Date.now() - (await stat(file)).mtimeMs;
  } catch {
    // Gone meanwhile.
    return 0;
  }
}
