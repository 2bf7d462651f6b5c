import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';

/**
 * Where a session with the database is cut by `pg_terminate_backend`: before the server gets a statement; after it executed
 * it, so that the answer is lost; or so that the answer still arrives and the session is gone before the next statement.
 */
export const CUTS = ['unsent', 'unanswered', 'answered'] as const;
export type Cut = (typeof CUTS)[number];

/** One statement of one path: its text, and in a transaction what came before it and how often it came already. */
export interface Statement {
  readonly database: string;
  readonly text: string;
}

const TERMINATE_MS = 5_000;
/** Types of messages in PostgreSQL's protocol. */
const [QUERY, PARSE, BACKEND_KEY, READY] = Buffer.from('QPKZ');

/** Stands between gateways and PostgreSQL, sees every statement, and cuts sessions at those that it was told. */
export class SessionCutter {
  /** Every statement that came by, by its key. */
  readonly seen = new Map<string, Statement>();
  private readonly orders = new Map<string, Cut[]>();
  /** Databases with a session that was cut, until something is committed there: no session is cut off forever. */
  private readonly recovering = new Set<string>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly admin: pg.Pool,
    private readonly target: { host: string; port: number },
  ) {
    server.on('connection', (client) => {
      this.serve(client);
    });
  }

  static async before(adminUrl: string): Promise<SessionCutter> {
    const { hostname, port } = new URL(adminUrl);
    const admin = new pg.Pool({ connectionString: adminUrl });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SessionCutter(server, admin, { host: hostname, port: Number(port) });
  }

  /** The same database, through here. */
  through(url: string): string {
    const changed = new URL(url);
    changed.port = String((this.server.address() as AddressInfo).port);
    return changed.href;
  }

  /** Cuts a session when this statement comes in it: once, and one after the other where a statement is named again. */
  cutAt(statement: Statement, ...cuts: Cut[]): void {
    const key = keyOf(statement);
    this.orders.set(key, [...(this.orders.get(key) ?? []), ...cuts]);
  }

  /** What was not cut yet. */
  get pending(): string[] {
    return [...this.orders].flatMap(([key, cuts]) => cuts.map((cut) => `${cut}: ${key}`));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
    await this.admin.end();
  }

  private serve(client: Socket): void {
    const server = connect(this.target);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => this.sockets.delete(socket));
    }
    new Session(client, server, {
      take: (statement) => this.take(statement),
      committed: (database) => this.recovering.delete(database),
      terminate: async (pid) => {
        await this.admin.query('SELECT pg_terminate_backend($1, $2)', [pid, TERMINATE_MS]);
      },
    });
  }

  private take(statement: Statement): Cut | undefined {
    const key = keyOf(statement);
    this.seen.set(key, statement);
    const cuts = this.orders.get(key) ?? [];
    const [cut] = cuts;
    if (cut === undefined || this.recovering.has(statement.database)) return undefined;
    this.recovering.add(statement.database);
    cuts.shift();
    return cut;
  }
}

export const keyOf = ({ database, text }: Statement): string => `${database}: ${text}`;

interface Hooks {
  readonly take: (statement: Statement) => Cut | undefined;
  readonly committed: (database: string) => void;
  readonly terminate: (pid: number) => Promise<void>;
}

/** One session, message by message in both directions. */
class Session {
  private database = '';
  private pid = 0;
  private started = false;
  private transaction: string[] | undefined;
  private fromClient = Buffer.alloc(0);
  private fromServer = Buffer.alloc(0);
  /** What the client does not get yet, once the session is being cut. */
  private withheld: Buffer[] | undefined;
  private cut: Cut | undefined;
  private committing = false;
  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly hooks: Hooks,
  ) {
    client.on('data', (chunk) => {
      this.working = this.working.then(() => this.takeFromClient(chunk));
    });
    server.on('data', (chunk) => {
      this.takeFromServer(chunk);
    });
    client.on('end', () => void this.working.then(() => server.end()));
    server.on('end', () => {
      if (this.withheld && this.cut === 'unanswered') client.destroy();
      else client.end(Buffer.concat(this.withheld ?? []));
    });
  }

  private async takeFromClient(chunk: Buffer): Promise<void> {
    this.fromClient = Buffer.concat([this.fromClient, chunk]);
    for (let message = this.nextOfClient(); message; message = this.nextOfClient()) {
      const type = message[0];
      const text =
        type === QUERY
          ? textAt(message, 5)
          : type === PARSE
            ? textAt(message, afterName(message))
            : undefined;
      const statement = this.started && text !== undefined ? this.statement(text) : undefined;
      const cut = statement && this.hooks.take(statement);
      if (cut === 'unsent') await this.hooks.terminate(this.pid);
      else if (cut) {
        this.cut = cut;
        this.withheld = [];
      }
      if (statement) this.committing = statement.text.startsWith('COMMIT') && !cut;
      this.started = true;
      if (this.server.writable) this.server.write(message);
    }
  }

  /** The first message has no type; it names the database. */
  private nextOfClient(): Buffer | undefined {
    const header = this.started ? 1 : 0;
    if (this.fromClient.length < header + 4) return undefined;
    const length = header + this.fromClient.readUInt32BE(header);
    if (this.fromClient.length < length) return undefined;
    const message = this.fromClient.subarray(0, length);
    this.fromClient = this.fromClient.subarray(length);
    if (!this.started) {
      const parameters = message.subarray(8).toString('utf8').split('\0');
      this.database = parameters[parameters.indexOf('database') + 1] ?? '';
    }
    return message;
  }

  private takeFromServer(chunk: Buffer): void {
    this.fromServer = Buffer.concat([this.fromServer, chunk]);
    const whole: Buffer[] = [];
    let answered = false;
    while (this.fromServer.length >= 5) {
      const length = 1 + this.fromServer.readUInt32BE(1);
      if (this.fromServer.length < length) break;
      const message = this.fromServer.subarray(0, length);
      this.fromServer = this.fromServer.subarray(length);
      if (message[0] === BACKEND_KEY) this.pid = message.readUInt32BE(5);
      if (message[0] === READY) answered = true;
      whole.push(message);
    }
    if (this.withheld === undefined) {
      if (whole.length > 0) this.client.write(Buffer.concat(whole));
      if (answered && this.committing) this.hooks.committed(this.database);
      return;
    }
    this.withheld.push(...whole);
    if (answered) void this.hooks.terminate(this.pid);
  }

  private statement(text: string): Statement {
    const { database } = this;
    const shape = text.replace(/\$\d+(, ?\$\d+)*/g, '$').replace(/\s+/g, ' ');
    if (shape.startsWith('START TRANSACTION')) this.transaction = [];
    const before = this.transaction;
    if (!before) return { database, text: shape };
    const times = before.filter((one) => one === shape).length;
    const last = before.at(-1);
    before.push(shape);
    if (/^(COMMIT|ROLLBACK)/.test(shape)) this.transaction = undefined;
    return { database, text: `${shape}${times > 0 ? ` (${times + 1})` : ''}${last ? ` after ${last}` : ''}` };
  }
}

function textAt(message: Buffer, start: number): string {
  return message.toString('utf8', start, message.indexOf(0, start));
}

/** A prepared statement's text comes after its name. */
const afterName = (message: Buffer): number => message.indexOf(0, 5) + 1;
