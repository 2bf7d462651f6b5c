import { Api } from '#client';
import { until } from '../../apps/federation/src/until.js';
import { untilStatus, type MessageView, RECEIVER, SENDER, spontaneous } from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';

interface Decision {
  readonly at: string;
  readonly outcome: string;
  readonly findings: readonly { readonly rule: string; readonly effect: string }[];
  readonly register: Record<string, object>;
  readonly stale: readonly string[];
}
interface Unit {
  readonly article: string;
  readonly text: readonly { readonly lang: string }[];
  readonly rules: readonly { readonly cite: string; readonly text: Record<string, string> }[];
  readonly undecided?: Record<string, string>;
}
interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly next: string | null;
}
const LANGUAGES = ['ru', 'kk', 'en'];

/** What the gateway answers about the treaties: on its own register, by the same functions as the command line. */
let federation: TestFederation;
beforeAll(async () => {
  federation = await testFederation('trial', { nodes: ['kz', 'by'] });
});
afterAll(() => federation.stop());

const officer = () => federation.api(SENDER, 'officer');
const decide = (action: object) => officer().post<Decision>('/v1/decisions', action);

const { body, ...opening } = spontaneous();
const message = {
  ...{ type: 'spontaneous', urgent: false, language: body.language, level: 'open', form: body.form },
  ...{ offence: body.offences, contents: [], signatures: [{ seal: 'authority' }], grounds: body.grounds },
  ...{ refusal: null, nexus: null, releaseDecision: false },
};
const send = {
  ...{ action: 'send', instrument: opening.instrument, from: SENDER, to: RECEIVER, channel: 'bus' },
  ...{ message, case: null },
};

describe('POST /v1/decisions', () => {
  it('decides as the message itself is then decided, on the same versions of the books', async () => {
    const trial = await decide(send);
    expect(trial).toMatchObject({ outcome: 'permit', stale: [] });
    const { id } = await officer().post<MessageView>('/v1/messages', spontaneous());
    await untilStatus(officer(), id, 'accepted');
    const sent = await officer().get<{ decision: Decision; register: object }>(`/v1/messages/${id}`);
    expect(trial.findings).toMatchObject(sent.decision.findings);
    expect(trial.findings).toHaveLength(sent.decision.findings.length);
    expect(trial.register).toMatchObject(sent.register);
    const first = { version: 1, hash: expect.stringMatching(/^[\w-]{43}$/) as unknown };
    expect(trial.register).toMatchObject({ 'treaty:CIS': first, 'list:KZ': first, 'list:BY': first });
  });

  it('decides for the instant that is given, and else for now', async () => {
    const before = await decide({ ...send, at: '2018-01-01T00:00:00Z' });
    expect(before).toMatchObject({ outcome: 'deny', at: '2018-01-01T00:00:00Z' });
    const bound = { action: 'in-force', instrument: opening.instrument, between: ['KZ', 'BY'] };
    const now = await decide(bound);
    expect(now.outcome).toBe('permit');
    expect(Math.abs(Date.parse(now.at) - Date.now())).toBeLessThan(600_000);
    expect(Object.keys(now.register)).toEqual(['list:BY', 'list:KZ', 'treaty:CIS', 'treaty:CSTO']);
  });

  it('knows this node’s own ceiling beside the treaties', async () => {
    const { findings } = await decide({ ...send, message: { ...message, level: 'special-importance' } });
    expect(findings.map(({ rule }) => rule)).toContain('valise#ceiling');
    const { findings: byPost } = await decide({
      ...{ ...send, channel: 'off-bus' },
      message: { ...message, level: 'special-importance' },
    });
    expect(byPost.map(({ rule }) => rule)).not.toContain('valise#ceiling');
  });

  it('changes nothing in the database', async () => {
    await atRest();
    const before = await contents();
    const item = {
      ...{ id: 'i1', instrument: opening.instrument, provider: RECEIVER, receiver: SENDER, level: 'open' },
      ...{ purposes: [], conditions: [] },
    };
    const purpose = {
      ...{ instrument: opening.instrument, activity: 'prevention' },
      ...{ offences: 'any', caseId: null },
    };
    const use = await decide({ action: 'use', by: SENDER, purpose, items: [item], consents: [] });
    expect(use).toMatchObject({ outcome: 'consent-required', consentFrom: [RECEIVER] });
    expect((await decide({ ...send, to: 'xx-nobody' })).outcome).toBe('deny');
    await officer().post('/v1/decisions/instruments', send);
    expect(await contents()).toEqual(before);
  });

  it.each<[string, object, string]>([
    ['an action that is none', { ...send, action: 'fly' }, 'action'],
    ['an unknown field', { ...send, message: { ...message, colour: 'red' } }, 'message'],
    ['a level that is none', { ...send, message: { ...message, level: 'cosmic' } }, 'message.level'],
    ['an instant that is none', { ...send, at: 'tomorrow' }, 'at'],
  ])('names the path of %s', async (_, action, path) => {
    const answer = await officer().try('/v1/decisions', action);
    expect(answer).toMatchObject({ ok: false, problem: { status: 400, code: 'INPUT_INVALID', path } });
  });

  it('is for people who judge messages, not for systems and administrators', async () => {
    for (const role of ['officer', 'head', 'auditor', 'security-officer'] as const)
      expect(await federation.api(SENDER, role).try('/v1/decisions', send)).toMatchObject({ ok: true });
    for (const path of ['/v1/decisions', '/v1/decisions/instruments'])
      expect(await federation.administrator('kz').try(path, send)).toMatchObject({
        ok: false,
        problem: { status: 403, code: 'FORBIDDEN' },
      });
  });
});

describe('what another authority of the node may do', () => {
  const other = () => federation.api('kz-mvd', 'officer');

  it('is no question for a caller, nor for a token of the node', async () => {
    const { token } = await federation.issue('kz', 'system');
    const ofNode = new Api(federation.urlOf('kz'), token);
    for (const path of ['/v1/decisions', '/v1/decisions/instruments'])
      for (const api of [other(), federation.api('kz-mvd', 'system'), ofNode])
        expect(await api.try(path, send)).toMatchObject({
          ok: false,
          problem: { status: 403, code: 'FORBIDDEN', path: 'from' },
        });
    expect(await other().try('/v1/decisions', { ...send, from: 'kz-mvd' })).toMatchObject({ ok: true });
  });

  it('does not show by what it agreed with a peer, although an item names both', async () => {
    const item = {
      ...{ id: 'i1', instrument: opening.instrument, provider: RECEIVER, receiver: SENDER, level: 'open' },
      ...{ purposes: [], conditions: [] },
    };
    const use = { action: 'use', items: [item], consents: [] };
    const ofOwn = await decide({ ...use, by: SENDER });
    const agreed = Object.keys(ofOwn.register).filter((book) => book.startsWith('arrangement:'));
    expect(agreed).toHaveLength(1);
    const { register } = await other().post<Decision>('/v1/decisions', { ...use, by: 'kz-mvd' });
    expect(Object.keys(register)).toEqual(
      Object.keys(ofOwn.register).filter((book) => !agreed.includes(book)),
    );
  });
});

describe('POST /v1/decisions/instruments', () => {
  it('names every instrument of exchange, best first, with codes of its own', async () => {
    const intended = {
      ...{ ...send, instrument: undefined },
      message: { ...message, form: null, offence: null },
      under: { 'cis-it-crime-2018': { form: body.form, offence: body.offences } },
    };
    const answer = await officer().post<{ instruments: ({ instrument: string } & Decision)[] } & Decision>(
      '/v1/decisions/instruments',
      intended,
    );
    expect(answer.instruments).toHaveLength(4);
    expect(answer.instruments[0]).toMatchObject({ instrument: 'cis-it-crime-2018', outcome: 'permit' });
    expect(answer.instruments.slice(1).map(({ outcome }) => outcome)).toEqual(['deny', 'deny', 'deny']);
    expect(Object.keys(answer.register)).toEqual(expect.arrayContaining(['treaty:CIS', 'treaty:CSTO']));
  });

  it('refuses codes under an unknown instrument', async () => {
    const answer = await officer().try('/v1/decisions/instruments', {
      ...send,
      under: { 'cis-trade-1994': {} },
    });
    expect(answer).toMatchObject({
      ok: false,
      problem: { status: 400, code: 'INPUT_INVALID', path: 'under' },
    });
  });
});

describe('GET /v1/instruments', () => {
  it('lists them all, page by page', async () => {
    const whole = await officer().get<Page>('/v1/instruments');
    const ids = whole.items.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['cis-it-crime-2018', 'cis-secrets-1993']));
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page: Page = await officer().get<Page>(
        `/v1/instruments?limit=4${next === '' ? '' : `&after=${next}`}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(4);
      seen.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toEqual(ids);
  });

  it('shows one with its codes and articles, and an article with its rules in three languages', async () => {
    const one = await officer().get<{ codes: { forms: object }; articles: string[] }>(
      '/v1/instruments/cis-it-crime-2018',
    );
    expect(Object.keys(one.codes.forms)).toContain('5.b');
    const { units } = await officer().get<{ units: Unit[] }>(
      '/v1/instruments/cis-it-crime-2018/articles/6.3',
    );
    expect(units.map(({ article }) => article)).toEqual(
      one.articles.filter((code) => code.startsWith('6.3')),
    );
    for (const { text, rules } of units) {
      expect(text.length).toBeGreaterThan(0);
      for (const rule of rules) expect(Object.keys(rule.text)).toEqual(LANGUAGES);
    }
    expect(units.flatMap(({ rules }) => rules).length).toBeGreaterThan(0);
    const none = await officer().get<{ units: Unit[] }>('/v1/instruments/cis-it-crime-2018/articles/2.2');
    expect(Object.keys(none.units[0]?.undecided ?? {})).toEqual(LANGUAGES);
  });

  it.each([
    ['cis-trade-1994', 404, 'NOT_FOUND'],
    ['cis-trade-1994/articles/1', 404, 'NOT_FOUND'],
    ['cis-it-crime-2018/articles/99', 404, 'NOT_FOUND'],
    ['cis-it-crime-2018/articles/6.3%27', 404, 'NOT_FOUND'],
    ['__proto__', 404, 'NOT_FOUND'],
    ['constructor', 404, 'NOT_FOUND'],
  ])('has no %s', async (path, status, code) => {
    await expect(officer().get(`/v1/instruments/${path}`)).rejects.toThrow(`${status} ${code}`);
  });

  it('has the rules of this product, which findings cite too', async () => {
    const { units } = await officer().get<{ units: Unit[] }>('/v1/instruments/valise/articles/seal');
    expect(units[0]?.rules[0]?.cite).toBe('valise#seal');
  });
});

/** What was noted before has its place in a log, and nothing more is to be told: then the node writes nothing by itself for an hour. */
async function atRest(): Promise<void> {
  await until('a node at rest', STEP_MS, async () => {
    const [found] = await federation.sql<{ left: number }>(
      'kz',
      `SELECT (SELECT count(*) FROM internal_queue) + (SELECT count(*) FROM outbox)
         + (SELECT count(*) FROM pair p LEFT JOIN told t ON t.own = p.own AND t.peer = p.peer AND t.ep = p.out_ep
            WHERE p.receipted_to > coalesce(t.size, 0))
         + (SELECT count(*) FROM message_state WHERE status NOT IN ('accepted', 'rejected', 'void')) AS left`,
    );
    return Number(found?.left) === 0 ? true : undefined;
  });
}

/** Everything that a node's database holds, but for what its keepers say again and again of their books. */
async function contents(): Promise<Record<string, unknown>> {
  const tables = await federation.sql<{ name: string }>(
    'kz',
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'book_statement' ORDER BY 1",
  );
  expect(tables.length).toBeGreaterThan(10);
  const rows = tables.map(async ({ name }) => [
    name,
    await federation.sql(
      'kz',
      `SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM "${name}" t`,
    ),
  ]);
  return Object.fromEntries((await Promise.all(rows)) as [string, unknown][]);
}
