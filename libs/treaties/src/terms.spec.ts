import { LAW } from './catalogue.js';
import { provisionsIn } from './provisions.js';
import type { Text } from './text.js';
import { LEVEL_TEXTS } from './vocabulary.js';

/**
 * The treaties' own terms (MATRIX section 9), in what officers read: rules, codes and reasons. `\p{L}` because `\b` and `\w`
 * do not know Cyrillic letters.
 */
interface Terms {
  readonly instruments: readonly string[];
  readonly lang: 'ru' | 'kk';
  readonly never: RegExp;
  readonly because: string;
}
const others = ['cis-it-crime-2018', 'cis-counterterror-2017'];
const TERMS: readonly Terms[] = [
  {
    instruments: ['csto-infosphere-2014'],
    lang: 'ru',
    never: /(?<!\p{L})запрос(а|у|ом|е|ы|ов|ам|ами|ах)?(?!\p{L})/iu,
    because: 'CSTO: обращение',
  },
  {
    instruments: ['csto-infosphere-2014'],
    lang: 'kk',
    never: /(?<!\p{L})сұрау салу(?!\p{L}|шы|ын)/iu,
    because: 'CSTO: өтініш',
  },
  {
    instruments: ['csto-infosphere-2014'],
    lang: 'ru',
    never: /(?<!уполномоченн\p{L}{2,3} )компетентн\p{L}{2,3} орган(?!\p{L}* сво)/iu,
    because: 'CSTO: уполномоченный компетентный орган',
  },
  {
    instruments: ['csto-infosphere-2014'],
    lang: 'kk',
    never: /(?<!уәкілетті )құзыретті орган(?!ына)/iu,
    because: 'CSTO: уәкілетті құзыретті орган',
  },
  {
    instruments: ['cis-infosec-2013'],
    lang: 'ru',
    never: /компетентн/iu,
    because: '2013: уполномоченный орган',
  },
  { instruments: ['cis-infosec-2013'], lang: 'kk', never: /құзыретті/iu, because: '2013: уәкілетті орган' },
  { instruments: others, lang: 'ru', never: /уполномоченн\p{L}+ орган/iu, because: 'компетентный орган' },
  { instruments: others, lang: 'kk', never: /уәкілетті орган/iu, because: 'құзыретті орган' },
  { instruments: others, lang: 'ru', never: /(?<!\p{L})обращени/iu, because: 'запрос' },
  {
    instruments: ['cis-counterterror-2017'],
    lang: 'ru',
    never: /держател|құпиял/iu,
    because: '2017: собственник, владелец (иеленуші), пользователь',
  },
];

/** Everything that is shown under an instrument, with the place that it stands at. */
function shown(instrument: string): { place: string; text: Text }[] {
  const found = LAW.instruments.find(({ id }) => id === instrument);
  if (found === undefined) return [];
  return [
    ...provisionsIn(LAW)
      .filter(({ provision }) => provision.cite.startsWith(`${instrument}#`))
      .map(({ place, provision }) => ({ place, text: provision.text })),
    ...Object.entries({ ...found.codes.forms, ...found.codes.offences }).map(([place, text]) => ({
      place,
      text,
    })),
    ...Object.entries(found.codes.contents).map(([place, { text }]) => ({ place, text })),
    ...found.undecided.map(({ article, reason }) => ({ place: article, text: reason })),
    { place: 'title', text: found.title },
  ];
}

describe('what officers read keeps to the terms of each text', () => {
  it.each(TERMS)('$because ($lang)', ({ instruments, lang, never }) => {
    const wrong = instruments.flatMap((instrument) =>
      shown(instrument)
        .filter(({ text }) => never.test(text[lang]))
        .map(({ place, text }) => `${instrument} ${place}: ${text[lang]}`),
    );
    expect(wrong).toEqual([]);
  });

  it('finds a wrong term where there is one', () => {
    const [request, , body] = TERMS;
    expect(request?.never.test('Запрос подписывается')).toBe(true);
    expect(request?.never.test('Запрашивающий орган')).toBe(false);
    expect(body?.never.test('между компетентными органами')).toBe(true);
    expect(body?.never.test('между уполномоченными компетентными органами')).toBe(false);
  });

  it('calls spontaneous information, standing requests and restricted information as the texts do', () => {
    const all = LAW.instruments.flatMap(({ id }) => shown(id).map(({ text }) => text));
    for (const { ru, kk, en } of all) {
      if (/standing request/i.test(en)) expect(ru).toMatch(/постоянно действующ(ий|их) (запрос|обращени)/iu);
      if (/standing request/i.test(en)) expect(kk).toMatch(/тұрақты болатын (сұрау салу|өтініш)/iu);
      if (/инициативн/iu.test(ru)) expect(ru).toMatch(/инициативн\p{L}+ информаци/iu);
      if (/инициативн/iu.test(ru)) expect(kk).toMatch(/бастамашыл ақпараттандыру/iu);
    }
  });

  it('calls the levels as the texts do: гриф, ДСП', () => {
    expect(LEVEL_TEXTS.restricted).toMatchObject({ ru: 'ДСП', kk: 'Қызмет бабында пайдалану үшін' });
    const all = LAW.instruments.flatMap(({ id }) => shown(id).map(({ text }) => text.ru));
    for (const ru of all) expect(ru).not.toMatch(/уровень секретности|уровн\p{L}+ «/iu);
  });

  it('leaves «отказ» to the authorities: nothing of ours refuses', () => {
    const refusing = provisionsIn(LAW).filter(
      ({ place, on, provision }) =>
        /отказ|бас тарт/iu.test(provision.text.ru + provision.text.kk) &&
        !(place.includes('refusal') || (on !== null && on !== 'all' && on.includes('refusal'))),
    );
    expect(refusing.map(({ provision }) => provision.cite)).toEqual([]);
  });
});
