import { until } from '../../apps/federation/src/until.js';
import { STEP_MS } from './harness.js';
import { CUTS, type Cut, keyOf, type SessionCutter, type Statement } from './session-cutter.js';

/** A statement that came each of so many times is of the path. */
const RECORDED = 3;

/** Something that callers ask for, and that is over at some time. */
export interface Path {
  /** Asks for it, until it is answered. @returns what to wait for */
  readonly act: () => Promise<string>;
  readonly isSettled: (id: string) => Promise<boolean>;
}
interface Refusal {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** A caller that asks again until it is answered, as a national system does, and notes what it was told instead. */
export class Insisting {
  readonly refusals: Refusal[] = [];

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** @returns the answer's text */
  call(method: string, path: string, body?: object | Buffer, idempotencyKey?: string): Promise<string> {
    const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json';
    const init = {
      method,
      ...(body && { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body && { 'content-type': type }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
    };
    return until(`an answer to ${method} ${path}`, STEP_MS, async () => {
      const response = await fetch(`${this.url}${path}`, init);
      const text = await response.text();
      if (response.ok) return text;
      this.refusals.push({ status: response.status, retryAfter: response.headers.get('retry-after'), text });
      return undefined;
    });
  }

  /** All but the one answer that says that it may be tried again. */
  get wrong(): Refusal[] {
    return this.refusals.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null);
  }
}

async function settle({ isSettled }: Path, id: string): Promise<void> {
  await until('its end', STEP_MS, async () => ((await isSettled(id)) ? true : undefined));
}

/** Every statement of all databases that comes whenever this happens. */
export async function statementsOf(cutter: SessionCutter, path: Path): Promise<Statement[]> {
  let always: Map<string, Statement> | undefined;
  for (let index = 0; index < RECORDED; index++) {
    cutter.seen.clear();
    await settle(path, await path.act());
    const before = always ?? cutter.seen;
    always = new Map([...before].filter(([key]) => cutter.seen.has(key)));
  }
  return [...(always ?? [])].map(([, statement]) => statement);
}

/**
 * Every statement is followed by the end of its session, so that the next one finds it gone. Those between also lose their
 * answer, or find the session gone themselves; a commit all of that.
 */
function cutsOf({ text }: Statement, index: number): readonly Cut[] {
  if (text.startsWith('COMMIT')) return CUTS;
  return index % 2 === 0 ? ['answered'] : ['answered', index % 4 === 1 ? 'unsent' : 'unanswered'];
}

/**
 * Takes the paths in turn, again and again, until a session was cut at each of their statements.
 *
 * @param options `known` need no cut; after so many turns (`settleEvery`) all is let settle
 * @returns how many cuts there were, and what is left of them after twice as many turns
 */
export async function cutEverywhere(
  cutter: SessionCutter,
  paths: readonly Path[],
  {
    known = [],
    settleEvery = 3,
  }: { readonly known?: readonly Statement[]; readonly settleEvery?: number } = {},
): Promise<{ readonly statements: readonly Statement[]; readonly cuts: number; readonly pending: string[] }> {
  const recorded: Statement[] = [];
  for (const path of paths) recorded.push(...(await statementsOf(cutter, path)));
  const ignored = new Set(known.map(keyOf));
  const distinct = new Map(recorded.map((one) => [keyOf(one), one]));
  const statements = [...distinct.values()].filter((one) => !ignored.has(keyOf(one)));
  for (const [index, statement] of statements.entries()) cutter.cutAt(statement, ...cutsOf(statement, index));
  const cuts = cutter.pending.length;
  for (let turn = 0; cutter.pending.length > 0 && turn < 2 * cuts; turn++) {
    const path = paths[turn % paths.length];
    if (!path) break;
    const id = await path.act();
    // So that batches stay as small as they were.
    if (turn % settleEvery === settleEvery - 1) await settle(path, id);
  }
  return { statements, cuts, pending: cutter.pending };
}
