import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ValiseError } from '#core';
import type { Federation } from '../../apps/federation/src/federation.js';
import { ask } from './site.js';
import { closedLoop, type Measured, openLoop } from './statistics.js';
import { MESSAGE, RECIPIENT, SENDER } from './workload.js';

const RECEIPTS_MS = 60_000;
const LOOK_MS = 200;

/** One message as its sender saw it; moments in Unix milliseconds of this machine. */
interface Sent {
  readonly startedAt: number;
  readonly answeredAt: number;
}

export interface GatewaysMeasured extends Measured {
  /** From the API's answer to the commit of the receipt. */
  readonly afterAnswer: readonly number[];
}

/** Sends through the API of one gateway process to another, and watches both databases. */
export class Gateways {
  private agent = new Agent();
  private readonly url: URL;
  private readonly token: string;
  private sent = new Map<string, Sent>();
  private total = 0;

  constructor(
    federation: Federation,
    federationDir: string,
    /** Superuser's URLs of the two nodes' databases. */
    private readonly databases: { readonly sender: string; readonly recipient: string },
    private readonly callers: number,
  ) {
    this.url = new URL('/v1/messages', federation.urlOf('kz'));
    const tokens = JSON.parse(readFileSync(join(federationDir, 'tokens.json'), 'utf8')) as Record<
      string,
      string
    >;
    this.token = tokens[`${SENDER} system`] ?? '';
  }

  /** As fast as so many callers go, each waiting for the API's answer before its next message. */
  saturated(count: number): Promise<GatewaysMeasured> {
    return this.measure(count, () => closedLoop(this.callers, count, () => this.send()));
  }

  /** At a fixed rate, for latency: at saturation it only tells how long the queue is. */
  paced(ratePerSecond: number, count: number): Promise<GatewaysMeasured> {
    return this.measure(count, () => openLoop(ratePerSecond, count, () => this.send()));
  }

  /** A payload as it was signed and sent: the other ways of sending carry the same. */
  async samplePayload(): Promise<Record<string, unknown>> {
    const [row] = await ask<{ payload: Buffer }>(
      this.databases.sender,
      `SELECT payload FROM message_content WHERE direction = 'out' ORDER BY ep DESC, n DESC LIMIT 1`,
    );
    if (!row) throw new ValiseError('INTERNAL', 'benchmark: there is no message to take the payload from');
    return JSON.parse(row.payload.toString('utf8')) as Record<string, unknown>;
  }

  private async measure(count: number, send: () => Promise<void>): Promise<GatewaysMeasured> {
    this.sent = new Map();
    // New connections for each turn: the server closes those that lay idle since the last one.
    this.agent = new Agent({ keepAlive: true, maxSockets: 4 * this.callers });
    await send().finally(() => {
      this.agent.destroy();
    });
    must(this.sent.size === count, `${this.sent.size} of ${count} messages have identifiers of their own`);
    this.total += count;
    await this.receiptsOfAll();
    const receiptAt = await this.receiptMoments();
    await this.requireOnceEach();
    const entries = [...this.sent].map(([id, sent]) => ({
      ...sent,
      receiptAt: receiptAt.get(id) ?? Number.NaN,
    }));
    const started = Math.min(...entries.map(({ startedAt }) => startedAt));
    return {
      messages: count,
      elapsedMs: Math.max(...entries.map((entry) => entry.receiptAt)) - started,
      calls: entries.map(({ startedAt, answeredAt }) => answeredAt - startedAt),
      endToEnd: entries.map((entry) => entry.receiptAt - entry.startedAt),
      afterAnswer: entries.map((entry) => entry.receiptAt - entry.answeredAt),
    };
  }

  private send(): Promise<void> {
    const startedAt = unixMs();
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
      const call = httpRequest(this.url, { method: 'POST', agent: this.agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode !== 201) {
            reject(
              new ValiseError(
                'INTERNAL',
                `benchmark: the API answered ${response.statusCode}: ${text.slice(0, 500)}`,
              ),
            );
            return;
          }
          const { id, status } = JSON.parse(text) as { id: string; status: string };
          if (status === 'queued') this.sent.set(id, { startedAt, answeredAt: unixMs() });
          resolve();
        });
      });
      call.on('error', reject);
      call.end(JSON.stringify(MESSAGE));
    });
  }

  /** Looks only whether it is over; when each receipt came, its commit tells. */
  private async receiptsOfAll(): Promise<void> {
    const end = Date.now() + RECEIPTS_MS;
    for (;;) {
      const [row] = await ask<{ accepted: string }>(
        this.databases.sender,
        `SELECT count(*) AS accepted FROM message_state WHERE direction = 'out' AND status = 'accepted'`,
      );
      if (Number(row?.accepted) >= this.total) return;
      must(
        Date.now() < end,
        `${row?.accepted ?? 0} of ${this.total} messages were receipted after ${RECEIPTS_MS / 1000} s`,
      );
      await delay(LOOK_MS);
    }
  }

  /** A receipt is a leaf of our mirror, written once: the transaction that its row names is the one that brought it. */
  private async receiptMoments(): Promise<Map<string, number>> {
    const rows = await ask<{ id: string; at: number }>(
      this.databases.sender,
      `SELECT content->>'id' AS id, at FROM (
         SELECT text::jsonb AS content, (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8 AS at
         FROM leaf WHERE side = 'mirror' AND peer = $2) AS told
       WHERE content->>'kind' = 'received' AND content->>'stage' = 'accepted' AND content->>'id' = ANY($1)`,
      [[...this.sent.keys()], RECIPIENT],
    );
    must(rows.length === this.sent.size, `${rows.length} receipts for ${this.sent.size} messages`);
    return new Map(rows.map(({ id, at }) => [id, at]));
  }

  /** Every message is there, once, at the other side, in an unbroken sequence, with its receipt. */
  private async requireOnceEach(): Promise<void> {
    const ids = [...this.sent.keys()];
    const [received] = await ask<{ messages: string; different: string }>(
      this.databases.recipient,
      `SELECT count(*) AS messages, count(DISTINCT id) AS different
         FROM message JOIN message_state USING (own, peer, direction, ep, n)
         WHERE direction = 'in' AND status = 'accepted' AND id = ANY($1)`,
      [ids],
    );
    must(
      Number(received?.messages) === ids.length && Number(received?.different) === ids.length,
      `${received?.messages ?? 0} messages (${received?.different ?? 0} different) arrived of ${ids.length}`,
    );
    const [pair] = await ask<{ n: string; duplicates: string; gaps: string; bad: string }>(
      this.databases.recipient,
      `SELECT in_n AS n, duplicates, jsonb_array_length(gaps) AS gaps, (SELECT count(*) FROM quarantine) AS bad
         FROM pair WHERE own = $1 AND peer = $2`,
      [RECIPIENT, SENDER],
    );
    must(
      Number(pair?.n) === this.total &&
        Number(pair?.duplicates) === 0 &&
        Number(pair?.gaps) === 0 &&
        Number(pair?.bad) === 0,
      `the sequence is not whole: ${JSON.stringify(pair)} after ${this.total} messages`,
    );
  }
}

/** Unix milliseconds with fractions; the database is on this machine and has the same clock. */
const unixMs = (): number => performance.timeOrigin + performance.now();

function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ValiseError('INTERNAL', `benchmark: ${otherwise}`);
}
