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
const [QUERY, PARSE, BIND, SYNC, BACKEND_KEY, READY] = Buffer.from('QPBSKZ');

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

/** What the client awaits an answer to: one `READY` each. */
interface Awaited {
  readonly commits: boolean;
  readonly isCut: boolean;
}

/** One session, message by message in both directions. Clients may send statements without waiting for answers to those before. */
class Session {
  private database = '';
  private pid = 0;
  private started = false;
  private transaction: string[] | undefined;
  private fromClient = Buffer.alloc(0);
  private fromServer = Buffer.alloc(0);
  /** Texts of prepared statements, by name. */
  private readonly prepared = new Map<string, string>();
  /** Not answered yet, in order. */
  private readonly awaited: Awaited[] = [];
  /** What the client does not get yet, once the answer to the statement at which it is cut has begun. */
  private withheld: Buffer[] | undefined;
  private cut: Cut | undefined;
  private committing = false;
  /** The server gets nothing more. */
  private ended = false;
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
      if (this.ended) continue;
      if (this.started) await this.look(message);
      this.started = true;
      if (this.server.writable) this.server.write(message);
    }
  }

  private async look(message: Buffer): Promise<void> {
    const type = message[0];
    if (type === PARSE) this.prepared.set(textAt(message, 5), textAt(message, afterName(message, 5)));
    const text = this.executed(message);
    if (text !== undefined) {
      const statement = this.statement(text);
      const cut = this.hooks.take(statement);
      if (cut === 'unsent') await this.hooks.terminate(this.pid);
      else if (cut) this.cut = cut;
      this.committing = statement.text.startsWith('COMMIT') && !cut;
    }
    if (type !== QUERY && type !== SYNC) return;
    const isCut = this.cut !== undefined;
    this.awaited.push({ commits: this.committing, isCut });
    this.committing = false;
    if (!isCut) return;
    // What the client has sent behind it without waiting does not reach the server.
    this.ended = true;
    this.withholdNext();
  }

  /** The text of a statement that is about to be executed, under its own name or none. */
  private executed(message: Buffer): string | undefined {
    if (message[0] === QUERY) return textAt(message, 5);
    // A portal's name comes before the statement's.
    return message[0] === BIND ? this.prepared.get(textAt(message, afterName(message, 5))) : undefined;
  }

  private withholdNext(): void {
    if (this.awaited[0]?.isCut === true) this.withheld ??= [];
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
    const passed: Buffer[] = [];
    for (let message = this.nextOfServer(); message; message = this.nextOfServer()) {
      (this.withheld ?? passed).push(message);
      if (message[0] === BACKEND_KEY) this.pid = message.readUInt32BE(5);
      // The first one says that the session stands.
      if (message[0] === READY) this.answered();
    }
    if (passed.length > 0) this.client.write(Buffer.concat(passed));
  }

  private nextOfServer(): Buffer | undefined {
    if (this.fromServer.length < 5) return undefined;
    const length = 1 + this.fromServer.readUInt32BE(1);
    if (this.fromServer.length < length) return undefined;
    const message = this.fromServer.subarray(0, length);
    this.fromServer = this.fromServer.subarray(length);
    return message;
  }

  private answered(): void {
    const one = this.awaited.shift();
    if (one?.commits === true) this.hooks.committed(this.database);
    if (one?.isCut === true) void this.hooks.terminate(this.pid);
    this.withholdNext();
  }

  private statement(text: string): Statement {
    const { database } = this;
    const shape = text.replace(/\$\d+(, ?\$\d+)*/g, '$').replace(/\s+/g, ' ');
    if (/^(START TRANSACTION|BEGIN)/.test(shape)) this.transaction = [];
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

const afterName = (message: Buffer, start: number): number => message.indexOf(0, start) + 1;
