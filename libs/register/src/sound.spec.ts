import { hold, listOf, newRoot, revocationList } from '../testing/keepers.js';
import { crlsIn, soundBooks } from './index.js';

const TREATY_BOOK = {
  ...{ book: 'treaty:CIS', version: 3, organisation: 'CIS', issuedAt: '2026-06-01T00:00:00Z' },
  ...{ events: [], agreements: [], sample: true },
};
const DATES = { from: '2026-01-01', until: null };
const between = ['kz-knb', 'by-mvd'];
const ARRANGEMENT = {
  id: 'a',
  version: 1,
  instrument: 'cis-it-crime-2018',
  between,
  ...DATES,
  electronicForm: true,
};
const ACCREDITATION = { id: 'b', version: 1, between, under: 's', upTo: 'secret', ...DATES };

describe('stored books', () => {
  it('are each what their name says', async () => {
    const { certificate } = await hold(await newRoot('KZ'), 'seal', 'kz-knb');
    const listed = {
      authority: 'kz-knb',
      role: 'seal' as const,
      certificate: certificate.der.toString('base64'),
    };
    const list = listOf({ certificates: [listed] });
    const sound = soundBooks([
      { book: 'treaty:CIS', content: TREATY_BOOK },
      { book: 'list:KZ', content: list },
      { book: 'arrangement:a', content: ARRANGEMENT },
      { book: 'accreditation:b', content: ACCREDITATION },
    ]);
    expect(sound).toMatchObject({
      treatyBooks: [TREATY_BOOK],
      lists: [
        { list, material: { listed: [{ authority: 'kz-knb', role: 'seal' }], intermediates: [], crls: [] } },
      ],
      arrangements: [ARRANGEMENT],
      accreditations: [ACCREDITATION],
    });
    expect(sound.unreadable.size).toBe(0);
  });

  it.each([
    ['treaty:CIS', { ...TREATY_BOOK, events: 1 }, /^events: /],
    ['list:KZ', listOf({ version: 0 }), /^version: /],
    ['list:KZ', listOf({ crls: ['AAAA'] }), /^crls\.0: /],
    ['arrangement:a', { ...ARRANGEMENT, from: '' }, /^from: /],
    ['accreditation:b', ARRANGEMENT, /./],
    ['list:KZ', undefined, /./],
  ])('that cannot be read are left out, with the reason: %s', (book, content, reason) => {
    const sound = soundBooks([
      { book, content },
      { book: 'list:BY', content: listOf({ book: 'list:BY', state: 'BY' }) },
    ]);
    expect([...sound.unreadable]).toEqual([[book, expect.stringMatching(reason)]]);
    expect(sound.lists.map(({ list }) => list.book)).toEqual(['list:BY']);
    expect([sound.treatyBooks, sound.arrangements, sound.accreditations]).toEqual([[], [], []]);
  });
});

describe('revocation lists in a stored list', () => {
  it('are all that can be read, whatever stands beside them', async () => {
    const root = await newRoot('KZ');
    const { certificate } = await hold(root, 'register', 'KZ');
    const good = await revocationList(root, certificate);
    const found = crlsIn({ crls: ['AAAA', 1, good], certificates: 'none' });
    expect(found.map(({ revoked }) => [...revoked.keys()])).toEqual([[certificate.serialNumber]]);
  });

  it.each([[undefined], [null], [{}], [{ crls: {} }], [{ crls: 'AAAA' }], ['list']])(
    'are none in %j',
    (content) => {
      expect(crlsIn(content)).toEqual([]);
    },
  );
});
