import { compileRegister, consenterFor, type Register } from './index.js';

const day = (on: string): number => Date.parse(`${on}T00:00:00Z`);
const NOW = day('2026-01-01');

const entry = (id: string, more: Partial<Register['authorities'][number]> = {}) => ({
  ...{ id, state: 'KZ', instruments: ['cis-it-crime-2018'], kind: 'authority' as const },
  ...{ from: '2000-01-01', until: null, timeZone: 'Asia/Almaty', clearance: {}, ...more },
});
const listing = (...authorities: Register['authorities']) =>
  compileRegister({ events: [], authorities, arrangements: [], channels: [] });

describe('who consents for an authority', () => {
  const after = (last: string, by: string | undefined, more: object = {}) =>
    entry('kz-old', { until: last, ...(by === undefined ? {} : { succeededBy: by }), ...more });
  const consenter = (...authorities: Register['authorities']): string =>
    consenterFor(listing(...authorities), 'kz-old', NOW);

  it('is itself to its last day, and its successor from the next', () => {
    const register = listing(after('2024-12-31', 'kz-mvd'), entry('kz-mvd'));
    expect(consenterFor(register, 'kz-old', day('2025-01-01') - 1)).toBe('kz-old');
    expect(consenterFor(register, 'kz-old', day('2025-01-01'))).toBe('kz-mvd');
    expect(consenterFor(register, 'kz-mvd', NOW)).toBe('kz-mvd');
    expect(consenterFor(register, 'kz-gp', NOW)).toBe('kz-gp');
  });

  it('is the successor of the successor once that is dissolved too', () => {
    const register = listing(
      after('2020-12-31', 'kz-mid'),
      entry('kz-mid', { until: '2024-12-31', succeededBy: 'kz-mvd' }),
      entry('kz-mvd'),
    );
    const consenters = ['2020-12-31', '2021-01-01', '2024-12-31', '2025-01-01'].map((on) =>
      consenterFor(register, 'kz-old', day(on)),
    );
    expect(consenters).toEqual(['kz-old', 'kz-mid', 'kz-mid', 'kz-mvd']);
  });

  it.each<[string, Register['authorities']]>([
    ['it is listed under another instrument', [entry('kz-old', { instruments: ['cis-infosec-2013'] })]],
    ['its listing of before names one, and its last none', [after('2025-06-30', undefined)]],
    ['entries that ended together name two', [after('2024-12-31', 'kz-gp'), entry('kz-gp')]],
    [
      'entries that ended together name two, the other way round',
      [after('2024-12-31', 'kz-b'), entry('kz-b')],
    ],
  ])('is nobody else where %s', (_, more) => {
    expect(consenter(after('2024-12-31', 'kz-mvd'), entry('kz-mvd'), ...more)).toBe('kz-old');
  });

  it.each<[string, Register['authorities']]>([
    ['is on no list', []],
    ['is of another state', [entry('kz-mvd', { state: 'BY' })]],
    ['is an organ', [entry('kz-mvd', { state: null, organ: true, kind: 'organ' })]],
    ['is not listed yet', [entry('kz-mvd', { from: '2026-01-02' })]],
    ['is itself', [after('2025-06-30', 'kz-old')]],
    ['names it back', [entry('kz-mvd', { until: '2024-12-31', succeededBy: 'kz-old' })]],
  ])('is nobody else where the successor %s', (_, successors) => {
    expect(consenter(after('2024-12-31', 'kz-mvd'), ...successors)).toBe('kz-old');
  });

  it('is the successor from the day on which that is listed, whatever follows of the old one’s other entries', () => {
    const named = after('2024-12-31', 'kz-mvd');
    expect(consenter(named, entry('kz-mvd', { from: '2026-01-01' }))).toBe('kz-mvd');
    expect(consenter(named, after('2024-12-31', undefined), entry('kz-mvd'))).toBe('kz-mvd');
    expect(consenter(named, after('2020-12-31', 'kz-gp'), entry('kz-mvd'), entry('kz-gp'))).toBe('kz-mvd');
    const again = entry('kz-old', { from: '2026-01-02' });
    expect(consenter(named, again, entry('kz-mvd'))).toBe('kz-mvd');
  });
});
