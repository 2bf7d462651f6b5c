import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Message } from 'amqplib';
import { BusPublisher } from '#bus';
import { inboxQueue } from '#topology';
import { signBook, signBookStatement } from '#envelope';
import { createRoot, issueCertificate, loadPrivateKey } from '#trust';
import pg from 'pg';
import { stringify } from 'yaml';
import { type Federation, federation, until } from './bus-harness.js';

const MAIN = resolve('dist/depositary.js');
const DAY_MS = 86_400_000;

/** A root and a register certificate below it, as a state, an organ or a depositary has them. */
export async function office(name: string, authority: string) {
  const notBefore = new Date(Date.now() - DAY_MS);
  const notAfter = new Date(Date.now() + 30 * DAY_MS);
  const root = await createRoot({ name: `${name} root`, suite: 'P-256', notBefore, notAfter });
  const register = async (holder = bare(authority)) => {
    const issued = await issueCertificate({
      issuer: root,
      role: 'register',
      subject: { name: `${name} register`, authority: holder },
      suite: 'P-256',
      notBefore,
      notAfter,
    });
    if (issued.privateKeyPem === undefined) throw new Error('no key was made');
    return { certificate: issued.certificate, privateKeyPem: issued.privateKeyPem };
  };
  return { authority, root, register, ...(await register()) };
}
export type Office = Awaited<ReturnType<typeof office>>;

export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), 'valise-depositary-'));

  file(name: string, content: string, mode = 0o600): string {
    const file = join(this.folder, name);
    mkdirSync(resolve(file, '..'), { recursive: true });
    writeFileSync(file, content, { mode });
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  key(of: Pick<Office, 'privateKeyPem'>) {
    return loadPrivateKey(this.file(`keys/${randomBytes(6).toString('hex')}.pem`, of.privateKeyPem));
  }

  list(
    of: Office,
    version: number,
    changes: Record<string, unknown> = {},
    by: Pick<Office, 'certificate' | 'privateKeyPem'> = of,
  ) {
    const content = {
      book: bookOf(of),
      version,
      state: of.authority.startsWith('state:') ? of.authority.slice('state:'.length) : null,
      organ: of.authority.startsWith('organ:') ? of.authority.slice('organ:'.length) : null,
      issuedAt: '2026-01-01T00:00:00Z',
      authorities: [],
      certificates: [],
      intermediates: [],
      crls: [],
      grades: [],
      ...changes,
    };
    return signBook({ content, certificate: by.certificate, key: this.key(by), iat: now() });
  }

  statement(of: Office, version: number, list: string, at = new Date()) {
    const content = {
      book: bookOf(of),
      version,
      hash: hashOf(list),
      at: at.toISOString().replace(/\.\d+Z$/, 'Z'),
    };
    return signBookStatement({ content, certificate: of.certificate, key: this.key(of), iat: now() });
  }
}

const bare = (keeper: string): string => keeper.slice(keeper.indexOf(':') + 1);
const bookOf = (of: Office): string => `list:${bare(of.authority)}`;
const now = (): number => Math.floor(Date.now() / 1000);

export function payloadOf(text: string): Record<string, unknown> {
  const { payload } = JSON.parse(text) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
}

export function hashOf(text: string): string {
  const { payload } = JSON.parse(text) as { payload: string };
  return createHash('sha256').update(Buffer.from(payload, 'base64url')).digest('base64url');
}

/** The same JWS with something else in its payload. */
export function altered(text: string, changes: Record<string, unknown>): string {
  const jws = JSON.parse(text) as { payload: string };
  const payload = Buffer.from(JSON.stringify({ ...payloadOf(text), ...changes })).toString('base64url');
  return JSON.stringify({ ...jws, payload });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** A database of its own in the test server. */
export async function freshDatabase() {
  const admin = process.env.VALISE_TEST_DATABASE_URL;
  if (admin === undefined) throw new Error('the integration services are not running');
  const name = `depositary_${randomBytes(6).toString('hex')}`;
  const run = async (sql: string, values: unknown[] = [], connectionString = admin): Promise<void> => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(sql, values).finally(() => client.end());
  };
  await run(`CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    sql: (text: string, values: unknown[] = []) => run(text, values, url.href),
    drop: () => run(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

export const ADMINISTRATOR = `vls_${'a'.repeat(43)}`;

export interface Setting {
  readonly configuration: Record<string, unknown>;
  readonly environment: Record<string, string>;
}

/** The configuration of a depositary of the CIS with the nodes kz and by. */
export function setting(
  workshop: Workshop,
  {
    depositary,
    anchors,
    bus,
    database,
    port,
    busUrl,
    peers = ['kz', 'by'],
  }: {
    depositary: Office;
    anchors: readonly Office[];
    bus: Federation;
    database: string;
    port: number;
    busUrl?: string;
    peers?: readonly string[];
  },
): Setting {
  return {
    configuration: {
      organisation: 'CIS',
      node: bus.id('cis'),
      sample: true,
      listen: { port },
      database: { url: { env: 'TEST_DATABASE' } },
      bus: { url: { env: 'TEST_BUS' } },
      peers: peers.map(bus.id),
      signing: {
        certificate: workshop.file('register.pem', depositary.certificate.pem),
        key: workshop.file('register.key', depositary.privateKeyPem),
      },
      anchors: anchors.map((of, index) => ({
        keeper: of.authority,
        certificate: workshop.file(`anchors/${index}.pem`, of.root.certificate.pem),
      })),
      administratorTokenSha256: createHash('sha256').update(ADMINISTRATOR).digest('hex'),
    },
    environment: { TEST_DATABASE: database, TEST_BUS: busUrl ?? bus.url('cis') },
  };
}

/** The compiled depositary as a process of its own, as it runs in operation. */
export class Depositary {
  private static readonly running = new Set<ChildProcess>();

  /** Ends what a test that failed left running, which Jest would wait for. */
  static endAll(): void {
    for (const child of Depositary.running) child.kill('SIGKILL');
  }

  private constructor(
    readonly process: ChildProcess,
    readonly exited: Promise<number | null>,
    private readonly output: () => string,
    readonly base: string,
  ) {}

  static start(workshop: Workshop, { configuration, environment }: Setting): Depositary {
    const file = workshop.file(`${randomBytes(4).toString('hex')}.yaml`, stringify(configuration));
    const child = spawn(process.execPath, [MAIN, file], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    Depositary.running.add(child);
    const exited = new Promise<number | null>((done) => child.once('close', done));
    void exited.then(() => Depositary.running.delete(child));
    const { port } = configuration.listen as { port: number };
    return new Depositary(child, exited, () => output, `http://127.0.0.1:${port}`);
  }

  get log(): string {
    return this.output();
  }

  async ready(): Promise<this> {
    await until('the depositary is ready', async () => {
      if (this.process.exitCode !== null) throw new Error(`it ended:\n${this.log}`);
      return (await this.call('GET', '/ready').catch(() => undefined))?.status === 200;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.log}`);
    });
    return this;
  }

  async call(method: string, path: string, options: { body?: unknown; token?: string; key?: string } = {}) {
    const { body, token = ADMINISTRATOR, key } = options;
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, text, body: (json ? JSON.parse(text) : {}) as Record<string, unknown> };
  }

  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    return this.exited;
  }
}

/** A node on the bus: what the depositary sent it, and a way to send. */
export async function node(bus: Federation, name: string) {
  const received: Message[] = [];
  const model = await bus.connectAs(name);
  const channel = await model.createChannel();
  await channel.consume(
    inboxQueue(bus.id(name), bus.id('cis')),
    (message) => {
      if (message) received.push(message);
    },
    { noAck: true },
  );
  const publisher = new BusPublisher({ url: bus.url(name), node: bus.id(name) });
  await publisher.connect();
  const texts = (kind: string): string[] =>
    received
      .filter(({ properties }) => properties.type === kind)
      .map(({ content }) => content.toString('utf8'));
  return {
    texts,
    /** `list:KZ/2` for each book that came, in order. */
    books: () =>
      texts('book').map((text) => `${String(payloadOf(text).book)}/${String(payloadOf(text).version)}`),
    statements: () =>
      texts('book-statement').map(
        (text) => `${String(payloadOf(text).book)}/${String(payloadOf(text).version)}`,
      ),
    forget: () => received.splice(0),
    send: (kind: string, body: string | Buffer) =>
      publisher.publish({
        to: bus.id('cis'),
        kind,
        body: Buffer.from(body),
        messageId: randomBytes(8).toString('hex'),
      }),
    async close() {
      await publisher.close();
      await model.close();
    },
  };
}
export type Node = Awaited<ReturnType<typeof node>>;

/** A depositary of the CIS that runs, the nodes kz and by on its bus, and the offices whose roots it pinned. */
export async function scene() {
  const workshop = new Workshop();
  const [cis, kzOffice, byOffice, atc] = await Promise.all([
    office('CIS depositary', 'depositary:CIS'),
    office('KZ', 'state:KZ'),
    office('BY', 'state:BY'),
    office('ATC', 'organ:cis-atc'),
  ]);
  const [bus, database] = await Promise.all([federation(['cis', 'kz', 'by']), freshDatabase()]);
  const [kz, by] = await Promise.all([node(bus, 'kz'), node(bus, 'by')]);
  const configured = setting(workshop, {
    depositary: cis,
    anchors: [kzOffice, byOffice, atc],
    bus,
    database: database.url,
    port: await freePort(),
  });
  const depositary = await Depositary.start(workshop, configured).ready();
  return {
    workshop,
    offices: { cis, kz: kzOffice, by: byOffice, atc },
    bus,
    database,
    kz,
    by,
    depositary,
    submit: (book: unknown) => depositary.call('POST', '/v1/lists', { body: { book } }),
    async quarantined(expected: Record<string, unknown>) {
      const { body } = await depositary.call('GET', '/v1/quarantine?limit=200');
      return (body.items as Record<string, unknown>[]).find((item) =>
        Object.entries(expected).every(([key, value]) => item[key] === value),
      );
    },
    async books() {
      const { body } = await depositary.call('GET', '/v1/books');
      return body.items as { book: string; version: number; [field: string]: unknown }[];
    },
    async sql(text: string): Promise<unknown[]> {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      return client
        .query<Record<string, unknown>>(text)
        .then(({ rows }) => rows)
        .finally(() => client.end());
    },
    async end() {
      await depositary.stop();
      await Promise.all([kz.close(), by.close()]);
      await Promise.all([bus.remove(), database.drop()]);
      workshop.remove();
    },
  };
}
export type Scene = Awaited<ReturnType<typeof scene>>;
