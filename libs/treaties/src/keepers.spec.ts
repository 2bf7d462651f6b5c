import {
  accreditationSchema,
  arrangementSchema,
  bookIdsFor,
  keeperOf,
  levelOfGrade,
  nationalListSchema,
  speaksFor,
  treatyBookSchema,
} from './index.js';

type Change = Readonly<Record<string, unknown>>;

/** Where a schema refuses a value; nowhere: it is valid. */
function refusedAt(schema: typeof nationalListSchema | typeof treatyBookSchema, value: Change): string[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return [...new Set(issues.map(({ path }) => path.join('.')))];
}

const names = { ru: 'МВД', kk: 'ІІМ', en: 'Ministry of Internal Affairs' };
const authority = {
  id: 'kz-mvd',
  names,
  state: 'KZ',
  instruments: ['cis-it-crime-2018'],
  kind: 'authority',
  from: '2020-01-01',
  until: null,
  timeZone: 'Asia/Almaty',
  clearance: {},
  node: 'kz',
  sample: true,
};
const certificate = { authority: 'kz-mvd', role: 'seal', certificate: 'AAAA' };
const list = {
  book: 'list:KZ',
  version: 1,
  state: 'KZ',
  organ: null,
  issuedAt: '2026-01-01T00:00:00Z',
  authorities: [authority],
  certificates: [certificate],
  intermediates: ['AAAA'],
  crls: ['AAAA'],
  grades: [{ name: 'құпия', level: 'secret' }],
};
const organ = { ...authority, id: 'cis-atc', state: null, organ: true, kind: 'organ' };
const organsList = {
  ...list,
  book: 'list:cis-atc',
  state: null,
  organ: 'cis-atc',
  authorities: [organ],
  certificates: [{ ...certificate, authority: 'cis-atc' }],
};
const book = {
  book: 'treaty:CSTO',
  version: 2,
  organisation: 'CSTO',
  issuedAt: '2026-01-01T00:00:00Z',
  events: [{ instrument: 'csto-infosphere-2014', state: 'KZ', event: 'notified', on: '2016-12-02' }],
  agreements: [],
  sample: false,
};

describe('a list of authorities', () => {
  it('is one state’s or one organ’s, and read as it is written', () => {
    expect(nationalListSchema.parse(list)).toEqual(list);
    expect(nationalListSchema.parse(organsList)).toEqual(organsList);
  });

  it.each<[Change, string[]]>([
    [{ book: 'list:BY' }, ['book']],
    [{ state: null }, ['book', 'authorities.0.id', 'certificates.0.authority']],
    [{ organ: 'cis-atc' }, ['book']],
    [{ book: 'list:', state: null }, ['book', 'authorities.0.id', 'certificates.0.authority']],
    [{ book: 'list:undefined', state: null }, ['book', 'authorities.0.id', 'certificates.0.authority']],
    [{ book: 'xlist:KZ' }, ['book']],
    [{ book: 'list:K' }, ['book']],
    [{ book: 'list:KZ ' }, ['book']],
    [{ version: 0 }, ['version']],
    [{ version: 1.5 }, ['version']],
    [{ issuedAt: '2026-01-01' }, ['issuedAt']],
    [{ grades: [{ name: '', level: 'secret' }] }, ['grades.0.name']],
    [{ grades: [{ name: 'құпия', level: 'cosmic' }] }, ['grades.0.level']],
    [{ crls: ['AA='] }, ['crls.0']],
    [{ intermediates: [''] }, ['intermediates.0']],
    [{ certificates: [{ ...certificate, role: 'friend' }] }, ['certificates.0.role']],
    [{ authorities: [{ ...authority, names: { ...names, kk: '' } }] }, ['authorities.0.names.kk']],
    [
      { authorities: [{ ...authority, names: { ...names, en: 'a'.repeat(501) } }] },
      ['authorities.0.names.en'],
    ],
    [{ authorities: [{ ...authority, names: { ...names, en: 'a\nb' } }] }, ['authorities.0.names.en']],
    [{ authorities: [{ ...authority, kind: 'organ' }] }, ['authorities.0.state']],
  ])('of a state is refused where it is wrong: %j', (change, places) => {
    expect(refusedAt(nationalListSchema, { ...list, ...change })).toEqual(places);
  });

  it.each<[string, Change, string[]]>([
    ['another state', { state: 'BY' }, ['authorities.0.id']],
    ['another state, under an id of its own', { id: 'by-kgb', state: 'BY' }, ['authorities.0.id']],
    ['its own state, under the id of another', { id: 'by-kgb' }, ['authorities.0.id']],
    ['its own state, whose id only ends so', { id: 'mvd-kz-' }, ['authorities.0.id']],
    ['an organ', { ...organ, id: 'kz-atc' }, ['authorities.0.id']],
  ])('of a state cannot have %s', (_, change, places) => {
    expect(refusedAt(nationalListSchema, { ...list, authorities: [{ ...authority, ...change }] })).toEqual(
      places,
    );
  });

  it.each<[string, Change, string[]]>([
    ['another organ', { authorities: [{ ...organ, id: 'cis-other' }] }, ['authorities.0.id']],
    ['an authority of a state', { authorities: [{ ...authority, id: 'cis-atc' }] }, ['authorities.0.id']],
    [
      'an authority of no state',
      { authorities: [{ ...organ, organ: false, kind: 'authority' }] },
      ['authorities.0.state'],
    ],
    [
      'a key of an authority',
      { certificates: [{ ...certificate, authority: 'kz-mvd' }] },
      ['certificates.0.authority'],
    ],
  ])('of an organ cannot have %s', (_, change, places) => {
    expect(refusedAt(nationalListSchema, { ...organsList, ...change })).toEqual(places);
  });

  it('of an organ is of none whose name begins like those of a state’s authorities', () => {
    const named = (id: string): string[] =>
      refusedAt(nationalListSchema, {
        ...organsList,
        book: `list:${id}`,
        organ: id,
        authorities: [{ ...organ, id }],
        certificates: [],
      });
    expect(named('kz-mvd')).toEqual(['authorities.0.id']);
    for (const id of ['atc', 'a-atc', 'cis-kz-mvd', '12-atc', '7']) expect(named(id)).toEqual([]);
    for (const id of ['cis.atc', 'a_list:atc', 'cis-ATC', '-atc']) expect(named(id)).toContain('book');
  });

  it('of an organ has organs whether their state is null or left out', () => {
    const authorities = [{ ...organ, state: undefined }];
    expect(refusedAt(nationalListSchema, { ...organsList, authorities })).toEqual([]);
  });

  it('is refused with the issue of a rule of its own, which says where and why', () => {
    expect(nationalListSchema.safeParse({ ...list, book: 'list:BY' }).error?.issues).toMatchObject([
      { code: 'custom', path: ['book'], message: expect.any(String) as unknown },
    ]);
  });

  it('names an authority as what an entry is a unit of only if it is on the list, and no unit', () => {
    const unit = { ...authority, id: 'kz-mvd-k', unitOf: 'kz-mvd' };
    const places = (...entries: Change[]): string[] =>
      refusedAt(nationalListSchema, { ...list, authorities: entries });
    expect(places(authority, unit)).toEqual([]);
    expect(places(unit, authority)).toEqual([]);
    expect(places(unit)).toEqual(['authorities.0.unitOf']);
    expect(places(authority, { ...authority, unitOf: 'kz-mvd' })).toEqual(['authorities.1.unitOf']);
    expect(places(authority, unit, { ...unit, id: 'kz-mvd-k1', unitOf: 'kz-mvd-k' })).toEqual([
      'authorities.2.unitOf',
    ]);
  });

  it('names a successor of what ended only if it is on the list, alone, and does not lead back', () => {
    const over = (id: string, succeededBy: string, until: string | null = '2025-12-31') => ({
      ...{ ...authority, id, until, succeededBy },
    });
    const issues = (...entries: Change[]) =>
      nationalListSchema
        .safeParse({ ...list, authorities: [...entries, authority], certificates: [] })
        .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
    expect(issues(over('kz-old', 'kz-mvd'))).toEqual([]);
    expect(issues(over('kz-old', 'kz-mid'), over('kz-mid', 'kz-mvd'))).toEqual([]);
    expect(issues({ ...authority, id: 'kz-old', succeededBy: null })).toEqual([]);
    expect(issues(over('kz-old', 'kz-mvd'), { ...over('kz-old', 'kz-mvd'), from: '2026-01-01' })).toEqual([]);
    for (const stranger of ['kz-nobody', 'by-mvd'])
      expect(issues(over('kz-old', stranger))).toEqual([
        'authorities.0.succeededBy: not an authority of this list',
      ]);
    expect(issues(over('kz-old', 'kz-mvd', null))).toEqual([
      'authorities.0.succeededBy: of an entry that does not end',
    ]);
    expect(issues(over('kz-old', 'kz-mid'), over('kz-old', 'kz-mvd'), over('kz-mid', 'kz-mvd'))).toEqual([
      'authorities.1.succeededBy: besides kz-mid, which another entry names',
    ]);
    const back = 'leads back to the authority itself';
    expect(issues(over('kz-old', 'kz-old'))).toEqual([`authorities.0.succeededBy: ${back}`]);
    expect(issues(over('kz-old', 'kz-mid'), over('kz-mid', 'kz-old'))).toEqual([
      `authorities.1.succeededBy: ${back}`,
    ]);
    // What leads into a circle ends, and is told apart from it.
    const circle = ['kz-a', 'kz-b', 'kz-c'].map((id, index, all) =>
      over(id, all[(index + 1) % all.length] ?? ''),
    );
    expect(issues(...circle, over('kz-old', 'kz-a'))).toEqual([`authorities.2.succeededBy: ${back}`]);
  });

  it('says which level a grade stands for', () => {
    const grades = [
      { name: 'құпия', level: 'secret' as const },
      { name: 'өте құпия', level: 'top-secret' as const },
    ];
    const parsed = nationalListSchema.parse({ ...list, grades });
    expect(['өте құпия', 'құпия', 'ДСП'].map((grade) => levelOfGrade(parsed, grade))).toEqual([
      'top-secret',
      'secret',
      undefined,
    ]);
  });
});

describe('a book of treaties', () => {
  it('is a depositary’s, and read as it is written', () => {
    expect(treatyBookSchema.parse(book)).toEqual(book);
  });

  it.each<[Change, string[]]>([
    [{ book: 'treaty:CIS' }, ['organisation']],
    [{ book: 'treaty:EU' }, ['book']],
    [{ organisation: 'EU' }, ['organisation']],
    [{ organisation: 'CIS' }, ['organisation', 'events.0.instrument']],
    [{ events: [{ ...book.events[0], instrument: 'cis-it-crime-2018' }] }, ['events.0.instrument']],
    [
      { events: [...book.events, { ...book.events[0], instrument: 'cis-trade-1994' }] },
      ['events.1.instrument'],
    ],
    [{ events: [{ ...book.events[0], on: '2016-13-01' }] }, ['events.0.on']],
  ])('is refused where it is wrong: %j', (change, places) => {
    expect(refusedAt(treatyBookSchema, { ...book, ...change })).toEqual(places);
  });
});

it('an arrangement or accreditation is between two authorities, not of one with itself', () => {
  const dates = { from: '2020-06-01', until: null };
  const arrangement = {
    id: 'a1',
    version: 1,
    instrument: 'cis-it-crime-2018',
    electronicForm: false,
    ...dates,
  };
  const accreditation = { id: 'c1', version: 1, under: 'cis-secrets-2013', upTo: 'secret', ...dates };
  const two = ['kz-mvd', 'by-mvd'];
  for (const [schema, content] of [
    [arrangementSchema, arrangement],
    [accreditationSchema, accreditation],
  ] as const) {
    expect(schema.parse({ ...content, between: two })).toEqual({ ...content, between: two });
    for (const between of [['kz-mvd', 'kz-mvd'], ['kz-mvd'], [...two, 'ru-mvd']])
      expect(schema.safeParse({ ...content, between }).error?.issues.map(({ path }) => path)).toEqual([
        ['between'],
      ]);
  }
});

describe('the keeper of a book', () => {
  it.each([
    ['treaty:CIS', 'depositary:CIS'],
    ['treaty:CSTO', 'depositary:CSTO'],
    ['list:KZ', 'state:KZ'],
    ['list:cis-atc', 'organ:cis-atc'],
    ['list:7', 'organ:7'],
    [`list:${'a'.repeat(63)}`, `organ:${'a'.repeat(63)}`],
    [`list:${'a'.repeat(64)}`, undefined],
    ['list:-atc', undefined],
    ['list:KZT', undefined],
    ['list:K', undefined],
    ['list:12', 'organ:12'],
    ['list:Kz', undefined],
    ['list:KZ list:KZ', undefined],
    ['list:cis_atc', undefined],
    ['xtreaty:CIS', undefined],
    ['treaty:CISx', undefined],
    ['treaty:EU', undefined],
    ['xlist:KZ', undefined],
    ['xlist:cis-atc', undefined],
    ['', undefined],
  ])('of %s is %s', (id, keeper) => {
    expect(keeperOf(id)).toBe(keeper);
  });

  it.each([
    ['state:KZ', 'state:KZ', true],
    ['KZ', 'state:KZ', true],
    ['organ:cis-atc', 'organ:cis-atc', true],
    ['cis-atc', 'organ:cis-atc', true],
    ['state:BY', 'state:KZ', false],
    ['BY', 'state:KZ', false],
    ['state', 'state:KZ', false],
    [':KZ', 'state:KZ', false],
    ['kz-mvd', 'state:KZ', false],
    ['', 'state:KZ', false],
    [undefined, 'state:KZ', false],
  ])('is %s for %s: %j', (holder, keeper, speaks) => {
    expect(speaksFor(holder, keeper)).toBe(speaks);
  });
});

describe('the books that a decision rests on', () => {
  const treaties = (instrument: string, ...sides: string[]): string[] =>
    bookIdsFor(instrument, ...sides).filter((id) => id.startsWith('treaty:'));

  it('are the treaty’s own and the lists of both sides, sorted', () => {
    expect(bookIdsFor('cis-infosec-2013', 'KZ', 'AZ')).toEqual(['list:AZ', 'list:KZ', 'treaty:CIS']);
    expect(bookIdsFor('cis-counterterror-2017', 'cis-atc')).toEqual(['list:cis-atc', 'treaty:CIS']);
    expect(bookIdsFor('cis-trade-1994', 'KZ', 'BY')).toEqual([]);
  });

  it.each([
    ['cis-it-crime-2018', 'where secrets go by other treaties'],
    ['cis-counterterror-2017', 'where organs take part'],
    ['csto-infosphere-2014', 'where procedural actions need another treaty'],
  ])('are those of both organisations under %s, %s, between members of both', (instrument) => {
    expect(treaties(instrument, 'KZ', 'BY')).toEqual(['treaty:CIS', 'treaty:CSTO']);
  });

  it('are those of one organisation only, where no other agreement could count', () => {
    // Azerbaijan is no member of the CSTO.
    expect(treaties('cis-it-crime-2018', 'KZ', 'AZ')).toEqual(['treaty:CIS']);
    expect(treaties('cis-it-crime-2018', 'AZ', 'KZ')).toEqual(['treaty:CIS']);
    expect(treaties('cis-it-crime-2018')).toEqual(['treaty:CIS']);
    expect(treaties('csto-infosphere-2014')).toEqual(['treaty:CSTO']);
    expect(treaties('cis-infosec-2013', 'KZ', 'BY')).toEqual(['treaty:CIS']);
    expect(treaties('csto-secrets-2004', 'KZ', 'BY')).toEqual(['treaty:CSTO']);
  });
});
