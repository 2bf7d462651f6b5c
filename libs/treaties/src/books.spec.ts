import {
  KAZAKHSTAN_AUTHORITIES_2017,
  KAZAKHSTAN_GRADES,
  assembleRegister,
  bookIdsFor,
  requiredBookIdsFor,
  keeperOf,
  levelOfGrade,
  nationalListSchema,
  registerSchema,
  treatyBookSchema,
} from './index.js';

const list = {
  book: 'list:KZ',
  version: 1,
  state: 'KZ',
  organ: null,
  issuedAt: '2026-01-01T00:00:00Z',
  authorities: KAZAKHSTAN_AUTHORITIES_2017.map(({ id, names }) => ({
    id,
    names,
    state: 'KZ',
    instruments: ['cis-counterterror-2017'],
    kind: 'authority',
    from: '2018-09-10',
    until: null,
    timeZone: 'Asia/Almaty',
    clearance: {},
    node: 'kz',
    sample: true,
  })),
  certificates: [{ authority: 'kz-knb', role: 'seal', certificate: 'AAAA' }],
  intermediates: [],
  crls: [],
  grades: KAZAKHSTAN_GRADES,
};
const book = {
  book: 'treaty:CIS',
  version: 1,
  organisation: 'CIS',
  issuedAt: '2026-01-01T00:00:00Z',
  events: [{ instrument: 'cis-it-crime-2018', state: 'KZ', event: 'notified', on: '2019-12-20' }],
  agreements: [],
  sample: true,
};

function placesOf(result: {
  success: boolean;
  error?: { issues: { path: PropertyKey[] }[] } | undefined;
}): string[] {
  return (result.error?.issues ?? []).map(({ path }) => path.join('.'));
}

describe('the books of the register', () => {
  it.each(['\0', '\n', '\u001b[31m'])(
    'have no names with %j: not every database and screen takes it',
    (control) => {
      const [first, ...others] = list.authorities;
      if (!first) throw new Error('the list has an authority');
      const named = { ...first, names: { ...first.names, en: `KNB${control}` } };
      expect(placesOf(nationalListSchema.safeParse({ ...list, authorities: [named, ...others] }))).toEqual([
        'authorities.0.names.en',
      ]);
      const [event] = book.events;
      expect(
        placesOf(treatyBookSchema.safeParse({ ...book, events: [{ ...event, source: 'a\0' }] })),
      ).toEqual(['events.0.source']);
    },
  );

  it('assemble into the register of decide', () => {
    const register = assembleRegister({
      treatyBooks: [treatyBookSchema.parse(book)],
      nationalLists: [nationalListSchema.parse(list)],
      arrangements: [
        {
          id: 'a1',
          version: 1,
          instrument: 'cis-it-crime-2018',
          between: ['kz-knb', 'by-mvd'],
          from: '2020-06-01',
          until: null,
          electronicForm: false,
        },
      ],
      accreditations: [
        {
          id: 'c1',
          version: 1,
          between: ['kz-knb', 'by-kgb'],
          under: 'csto-secrets-2004',
          upTo: 'secret',
          from: '2021-01-01',
          until: null,
        },
      ],
    });
    expect(registerSchema.parse(register)).toMatchObject({
      events: [{ state: 'KZ' }],
      arrangements: [{ electronicForm: false }],
      channels: [{ upTo: 'secret' }],
    });
    expect(register.authorities.map(({ id }) => id).sort()).toEqual([
      'kz-gp',
      'kz-knb',
      'kz-minfin',
      'kz-mo',
      'kz-mvd',
      'kz-syrbar',
    ]);
  });

  it('do not let a state list another state’s authority or a key for it', () => {
    const [first] = list.authorities;
    expect(
      placesOf(nationalListSchema.safeParse({ ...list, authorities: [{ ...first, id: 'by-kgb' }] })),
    ).toEqual(['authorities.0.id']);
    expect(
      placesOf(nationalListSchema.safeParse({ ...list, authorities: [{ ...first, state: 'BY' }] })),
    ).toEqual(['authorities.0.id']);
    expect(
      placesOf(
        nationalListSchema.safeParse({
          ...list,
          certificates: [{ authority: 'by-kgb', role: 'seal', certificate: 'AAAA' }],
        }),
      ),
    ).toEqual(['certificates.0.authority']);
    expect(placesOf(nationalListSchema.safeParse({ ...list, book: 'list:BY' }))).toEqual(['book']);
  });

  it('do not let a depositary record another’s treaty', () => {
    const events = [{ instrument: 'csto-infosphere-2014', state: 'KZ', event: 'notified', on: '2016-12-02' }];
    expect(placesOf(treatyBookSchema.safeParse({ ...book, events }))).toEqual(['events.0.instrument']);
    expect(placesOf(treatyBookSchema.safeParse({ ...book, organisation: 'CSTO', events: [] }))).toEqual([
      'organisation',
    ]);
  });

  it('say which authority an entry is a unit of, one of the same list that is no unit itself', () => {
    const [first, second, third] = list.authorities;
    const places = (...units: readonly (string | null | undefined)[]): string[] =>
      placesOf(
        nationalListSchema.safeParse({
          ...list,
          authorities: [first, second, third].map((entry, index) => ({ ...entry, unitOf: units[index] })),
        }),
      );
    expect(places(null, first?.id, undefined)).toEqual([]);
    expect(places(null, 'kz-nobody', 'by-kgb')).toEqual(['authorities.1.unitOf', 'authorities.2.unitOf']);
    expect(places(first?.id)).toEqual(['authorities.0.unitOf']);
    expect(places(null, first?.id, second?.id)).toEqual(['authorities.2.unitOf']);
    expect(places(second?.id, first?.id)).toEqual(['authorities.0.unitOf', 'authorities.1.unitOf']);
  });

  it('carry units, successors and further agreements of every kind into the register', () => {
    const agreements = (['secrecy', 'channel', 'legal-assistance'] as const).map((kind) => ({
      id: `a-${kind}`,
      kind,
      between: ['BY', 'KZ', 'RU'],
      from: '2004-04-27',
      until: null,
    }));
    const [first, second, third] = list.authorities;
    const register = assembleRegister({
      treatyBooks: [treatyBookSchema.parse({ ...book, agreements })],
      nationalLists: [
        nationalListSchema.parse({
          ...list,
          authorities: [
            first,
            { ...second, unitOf: first?.id },
            { ...third, until: '2025-12-31', succeededBy: first?.id },
          ],
        }),
      ],
      arrangements: [],
      accreditations: [],
    });
    expect(registerSchema.parse(register).agreements).toEqual(agreements);
    expect(registerSchema.parse(register).authorities[1]?.unitOf).toBe(first?.id);
    expect(registerSchema.parse(register).authorities[2]?.succeededBy).toBe(first?.id);
    const bad = [
      { ...agreements[0], kind: 'friendship' },
      { ...agreements[1], between: ['BY'] },
      { ...agreements[2], between: ['BY', 'BY'] },
    ];
    expect(placesOf(treatyBookSchema.safeParse({ ...book, agreements: bad }))).toEqual([
      'agreements.0.kind',
      'agreements.1.between',
      'agreements.2.between',
    ]);
  });

  it('have one keeper each', () => {
    expect(
      ['treaty:CIS', 'treaty:CSTO', 'list:KZ', 'list:cis-atc', 'treaty:EU', 'list:', 'x'].map(keeperOf),
    ).toEqual([
      'depositary:CIS',
      'depositary:CSTO',
      'state:KZ',
      'organ:cis-atc',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are named for a decision by treaty and sides', () => {
    expect(bookIdsFor('cis-it-crime-2018')).toEqual(['treaty:CIS']);
    // A treaty on legal assistance that CSTO #5.2 requires may be on the books of either depositary.
    expect(bookIdsFor('csto-infosphere-2014', 'KZ', 'BY')).toEqual([
      'list:BY',
      'list:KZ',
      'treaty:CIS',
      'treaty:CSTO',
    ]);
    expect(bookIdsFor('cis-infosec-2013', 'KZ', 'BY')).toEqual(['list:BY', 'list:KZ', 'treaty:CIS']);
    expect(bookIdsFor('cis-counterterror-2017', 'KZ', 'cis-atc')).toEqual([
      'list:KZ',
      'list:cis-atc',
      'treaty:CIS',
    ]);
    expect(bookIdsFor('cis-it-crime-2018', 'KZ', 'BY')).toEqual([
      'list:BY',
      'list:KZ',
      'treaty:CIS',
      'treaty:CSTO',
    ]);
  });

  it('are required of every message: the treaty’s own and both lists', () => {
    expect(requiredBookIdsFor('cis-it-crime-2018', 'KZ', 'BY')).toEqual(['list:BY', 'list:KZ', 'treaty:CIS']);
    expect(requiredBookIdsFor('csto-infosphere-2014', 'KZ', 'KZ')).toEqual(['list:KZ', 'treaty:CSTO']);
    expect(requiredBookIdsFor('cis-counterterror-2017', 'KZ', 'cis-atc')).toEqual([
      'list:KZ',
      'list:cis-atc',
      'treaty:CIS',
    ]);
    expect(requiredBookIdsFor('cis-trade-1994', 'KZ', 'BY')).toEqual([]);
  });

  it('map a state’s grades, and an unknown grade to nothing', () => {
    const parsed = nationalListSchema.parse(list);
    expect(levelOfGrade(parsed, 'өте құпия')).toBe('top-secret');
    expect(levelOfGrade(parsed, 'ultra')).toBeUndefined();
  });
});
