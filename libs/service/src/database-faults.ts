import { Logger } from '@nestjs/common';
import pg from 'pg';
import { messageOf, ValiseError } from '#core';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { Outage } from './outage.js';

/**
 * What the server says when it, the session or another transaction is to blame (PostgreSQL, Appendix A): connection (08), a
 * server that only reads (25006) or ended an idle session (25P03, 25P04), the login (28), conflicts of transactions (40), resources (53),
 * a lock (55006, 55P03), intervention and shutdown (57), the disk (58).
 */
const AWAY = /^(08...|25006|25P0[34]|28...|40...|53...|55006|55P03|57...|58...)$/;
/** What the server says of the values that it was given: cardinality (21), data (22), constraints (23), our own triggers (P0001). */
const OWN_FAULT = /^(21...|22...|23...|P0001)$/;

export interface TellingPoolConfig extends pg.PoolConfig {
  /** False leaves it to the caller to say that there is no session. */
  readonly logged?: boolean;
}

/** Of this process, by server: pools of one server notice the same outage. */
const outages = new Map<string, Outage>();

function outageOf(server: string): Outage {
  const outage = outages.get(server) ?? new Outage(server, new Logger('Database'));
  outages.set(server, outage);
  return outage;
}

/** Says itself that no session is to be had, whatever the reason, and from which server; and logs when that begins and ends. */
export class TellingPool extends pg.Pool {
  private readonly server: string;
  private readonly outage: Outage | undefined;

  constructor(config: TellingPoolConfig = {}) {
    super(config);
    this.server = serverOf(config.connectionString ?? '');
    if (config.logged === false) return;
    const outage = outageOf(this.server);
    this.outage = outage;
    this.on('connect', (client) => {
      outage.reached();
      client.once('error', () => {
        outage.ended();
      });
    });
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    const told = (error: unknown): ValiseError => {
      this.outage?.failed(messageOf(error));
      const detail = `no session with ${this.server}: ${messageOf(error)}`;
      return new ValiseError('DATABASE_UNAVAILABLE', detail, {}, { cause: error });
    };
    if (!callback)
      return super.connect().catch((error: unknown) => {
        throw told(error);
      });
    super.connect((error, client, release) => {
      callback(error && told(error), client, release);
    });
    return undefined;
  }
}

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (error?: unknown) => void,
) => void;

/** A server by its address, without the password that its URL may hold. */
export function serverOf(url: string): string {
  if (!URL.canParse(url)) return 'PostgreSQL';
  const { hostname, port, pathname } = new URL(url);
  return `PostgreSQL at ${hostname}:${port || '5432'}${pathname}`;
}

/**
 * Whether trying again, in another session, may help: the database is away, this session is, or two transactions met. It
 * goes by the server's own code and by the state of the session; texts change with versions and languages.
 */
export function isDatabaseAway(thrown: unknown): boolean {
  if (thrown instanceof ValiseError) return thrown.code === 'DATABASE_UNAVAILABLE';
  // The session ended between two statements, and TypeORM gave its connection back.
  if (
    thrown instanceof QueryRunnerAlreadyReleasedError ||
    thrown instanceof QueryRunnerProviderAlreadyReleasedError
  )
    return true;
  if (!(thrown instanceof Error)) return false;
  const code = sqlStateOf(thrown);
  // A statement that fails without a word of the server's has lost its session.
  return code === undefined ? thrown instanceof QueryFailedError : AWAY.test(code);
}

/**
 * Whether what was thrown is known to be the fault of what was being done: a verdict of our own, or values that the
 * database does not take. It would fail again; all else may succeed in another session.
 */
export function isOwnFault(thrown: unknown): boolean {
  if (thrown instanceof ValiseError) return thrown.code !== 'DATABASE_UNAVAILABLE';
  return thrown instanceof Error && OWN_FAULT.test(sqlStateOf(thrown) ?? '');
}

/** The server's code, where it was the server that refused. */
function sqlStateOf(thrown: Error): string | undefined {
  const error: unknown = thrown instanceof QueryFailedError ? thrown.driverError : thrown;
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
