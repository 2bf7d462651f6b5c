import { randomBytes } from 'node:crypto';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BusPublisher } from '#bus';
import { canonicalBytes, instantOf, messageOf, unixSeconds, uuidv7, ValiseError } from '#core';
import { Repeating } from '#service';
import { signBookStatement } from '#envelope';
import { CONFIGURATION, type Configuration } from '../configuration.js';
import { Leader } from '../database/leader.js';
import { Keys } from '../identity/keys.js';
import type { Arrival } from '../quarantine/quarantine.js';
import { BookConflicts } from './conflicts.js';
import { Register } from './register.js';

const RELOAD_MS = 3_000;
/** Depositaries are asked at start, when something is missing, and this often in any case. */
const ASK_EVERY_MS = 60_000;
const ASK_PAUSE_MS = 1_000;

/** Keeps the register in step with the depositaries: asks for what it lacks, takes what comes, restates its own list. */
@Injectable()
export class RegisterSync implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Register');
  private readonly repeating = new Repeating(ASK_PAUSE_MS, () => this.tick(), this.logger);
  private askedAt = 0;
  private wanted = true;
  private statedAt = 0;
  private reloadedAt = 0;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly register: Register,
    private readonly conflicts: BookConflicts,
    private readonly keys: Keys,
    private readonly publisher: BusPublisher,
    private readonly leader: Leader,
  ) {}

  onApplicationBootstrap(): void {
    this.register.onBehind(() => {
      this.wanted = true;
    });
    // A list of ours that changed is restated at once, so that its age counts from its keeper's word.
    this.register.onChange(() => {
      this.statedAt = 0;
    });
    this.repeating.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.repeating.stop();
  }

  async takeBook(delivery: Arrival & { readonly from: string }): Promise<void> {
    const acceptance = await this.register.accept(delivery.body.toString('utf8'), delivery.from, delivery);
    if (acceptance.outcome === 'refused' && acceptance.code === 'CERTIFICATE_UNKNOWN') this.wanted = true;
  }

  async takeStatement(delivery: Arrival): Promise<void> {
    if ((await this.register.acceptStatement(delivery.body.toString('utf8'), delivery)) === 'behind')
      this.wanted = true;
  }

  private async tick(): Promise<void> {
    const now = Date.now();
    if (now - this.reloadedAt > RELOAD_MS) {
      this.reloadedAt = now;
      await this.register.reload();
    }
    await this.conflicts.record();
    if (this.publisher.state.state !== 'connected') return;
    if (this.wanted || now - this.askedAt > ASK_EVERY_MS) await this.ask(now);
    if (this.leader.isLeader && now - this.statedAt > this.configuration.register.statementMinutes * 60_000)
      await this.restate(now);
    if (this.leader.isLeader) await this.answerConflicts(now);
  }

  /** A node that shows another history of a book gets ours, once: then both sides have both texts. */
  private async answerConflicts(now: number): Promise<void> {
    for (const { id, node, text } of await this.conflicts.unanswered()) {
      const body = Buffer.from(text, 'utf8');
      const messageId = uuidv7(now, randomBytes(16));
      try {
        await this.publisher.publish({ to: node, kind: 'book', body, messageId });
      } catch (thrown) {
        if (thrown instanceof ValiseError && thrown.code === 'BUS_UNAVAILABLE') throw thrown;
        // A full queue or a node that has left: it asks its depositaries too.
        this.logger.warn(
          `${node} does not get our text of a book of which it has another: ${messageOf(thrown)}`,
        );
      }
      await this.conflicts.answered(id);
    }
  }

  private async ask(now: number): Promise<void> {
    // Arrangements and accreditations are between two sides; depositaries do not relay them.
    const kept = Object.keys(this.register.snapshot.versions).filter((book) => /^(treaty|list):/.test(book));
    const body = canonicalBytes({ have: this.register.snapshot.referTo(kept) });
    for (const to of this.configuration.register.depositaries)
      await this.publisher.publish({ to, kind: 'book-ask', body, messageId: uuidv7(now, randomBytes(16)) });
    this.askedAt = now;
    this.wanted = false;
  }

  /** The hourly statement that our own state's list is still the newest. */
  private async restate(now: number): Promise<void> {
    const { keeper } = this.keys;
    const own = keeper && this.register.snapshot.books.find(({ book }) => book === keeper.book);
    if (!own) return;
    const { book, version, hash } = own;
    const at = unixSeconds(now);
    const text = signBookStatement({
      content: { book, version, hash, at: instantOf(at) },
      certificate: keeper.certificate,
      key: keeper.key,
      iat: at,
    });
    const body = Buffer.from(text, 'utf8');
    await this.register.acceptStatement(text, { kind: 'book-statement', exchange: '', queue: '', body });
    for (const to of this.configuration.register.depositaries)
      await this.publisher.publish({
        to,
        kind: 'book-statement',
        body,
        messageId: uuidv7(now, randomBytes(16)),
      });
    this.statedAt = now;
  }
}
