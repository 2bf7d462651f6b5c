import { expectedOnBus } from './bus.js';
import { fail, ok, render } from './check.js';
import { type HeldBook, judgeRegister } from './register.js';
import { viewSchema } from './view.js';

const NOW = new Date('2026-06-01T12:00:00Z');
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);
const view = {
  anchors: [
    { keeper: 'depositary:CIS', certificate: 'cis.pem' },
    { keeper: 'state:KZ', certificate: 'kz.pem' },
    { keeper: 'organ:cis-atc', certificate: 'atc.pem' },
  ],
  register: { depositaries: ['cis-depositary'], ageHoursMax: 48 },
};
const book = (id: string, changes: Partial<HeldBook> = {}): HeldBook => ({
  book: id,
  version: 3,
  signedAt: hoursAgo(1000),
  confirmedAt: hoursAgo(1),
  conflicts: 0,
  thumbprints: [],
  ...changes,
});
const complete = [book('treaty:CIS'), book('list:KZ', { thumbprints: ['seal-1'] }), book('list:cis-atc')];

describe('the register of a node', () => {
  it('is in order when every keeper has confirmed its book lately', () => {
    const checks = judgeRegister(view, complete, [{ what: 'seal of kz-knb', thumbprint: 'seal-1' }], NOW);
    expect(checks.map(({ state, what }) => `${state} ${what}`)).toEqual([
      'ok book treaty:CIS',
      'ok book list:KZ',
      'ok book list:cis-atc',
    ]);
  });

  it('is reported when a book has not arrived', () => {
    const [treaty] = judgeRegister(view, complete.slice(1), [], NOW);
    expect(treaty).toMatchObject({ state: 'fail', seen: 'none has arrived from depositary:CIS' });
  });

  it.each([
    ['a confirmation', { confirmedAt: hoursAgo(49) }, 'fail'],
    ['a confirmation', { confirmedAt: hoursAgo(47) }, 'ok'],
    ['its signing, where nobody confirmed it', { confirmedAt: undefined, signedAt: hoursAgo(49) }, 'fail'],
    ['its signing, where nobody confirmed it', { confirmedAt: undefined, signedAt: hoursAgo(2) }, 'ok'],
  ])('counts a book’s age from %s', (_, changes, state) => {
    const [treaty] = judgeRegister(view, [book('treaty:CIS', changes), ...complete.slice(1)], [], NOW);
    expect(treaty?.state).toBe(state);
  });

  it('is reported when a keeper signed two histories of its book', () => {
    const [treaty] = judgeRegister(
      view,
      [book('treaty:CIS', { conflicts: 1 }), ...complete.slice(1)],
      [],
      NOW,
    );
    expect(treaty).toMatchObject({
      state: 'fail',
      seen: expect.stringContaining('BOOK_CONFLICT') as unknown,
    });
  });

  it('is reported when no list names a certificate that this node uses', () => {
    const checks = judgeRegister(view, complete, [{ what: 'seal of kz-knb', thumbprint: 'seal-2' }], NOW);
    expect(checks.at(-1)).toMatchObject({ state: 'warn', what: 'seal of kz-knb' });
  });
});

describe('what the broker must hold', () => {
  it('is two queues in each direction for every peer and depositary, and the dead letters', () => {
    const { exchange, queues } = expectedOnBus({
      node: 'kz',
      bus: { url: { env: 'URL' }, peers: ['kz', 'by', 'cis-depositary'] },
      register: view.register,
    });
    expect(exchange).toBe('out.kz');
    expect(queues).toEqual([
      'kz.from.kz',
      'kz.from.kz.attachments',
      'kz.from.by',
      'kz.from.by.attachments',
      'by.from.kz',
      'by.from.kz.attachments',
      'kz.from.cis-depositary',
      'kz.from.cis-depositary.attachments',
      'cis-depositary.from.kz',
      'cis-depositary.from.kz.attachments',
      'dead.kz',
    ]);
  });
});

describe('the findings', () => {
  it('are a line each, with what to do', () => {
    expect(render([ok('bus', 'connected'), fail('database', 'does not\nanswer', 'start it')])).toBe(
      'ok    bus       connected\nfail  database  does not answer — start it',
    );
  });
});

describe('the view of a configuration', () => {
  it('takes fields that it does not look at', () => {
    const file = 'x.pem';
    const pair = { certificate: file, key: file };
    const parsed = viewSchema.safeParse({
      node: 'kz',
      listen: { host: '127.0.0.1', port: 8080 },
      database: { url: { file }, poolMax: 5 },
      bus: { url: { env: 'BUS' }, peers: ['by'], prefetch: 3 },
      authorities: [{ id: 'kz-knb', seal: pair, encryption: [pair] }],
      anchors: [],
      register: { depositaries: [] },
      attachments: { folder: 'attachments' },
      later: true,
    });
    expect(parsed.data?.register.ageHoursMax).toBe(48);
  });
});
