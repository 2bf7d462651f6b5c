import type { Unit } from './articles.js';
import { units as cisCounterterror2017kk } from './texts/cis-counterterror-2017.kk.js';
import { units as cisInfosec2013kk } from './texts/cis-infosec-2013.kk.js';
import { units as cisItCrime2018ru } from './texts/cis-it-crime-2018.ru.js';
import { units as cstoInfosphere2014kk } from './texts/csto-infosphere-2014.kk.js';
import { units as cstoInfosphere2014ru } from './texts/csto-infosphere-2014.ru.js';

/** The published text of an instrument in one language. */
export interface Published {
  readonly lang: 'ru' | 'kk';
  /** Of the two, only the authentic text is the law; the other is a translation. */
  readonly authentic: boolean;
  readonly units: readonly Unit[];
}

/** The texts that we have, by instrument, the authentic one first (libs/treaties/texts). */
export const PUBLISHED: Readonly<Record<string, readonly Published[]>> = {
  'cis-it-crime-2018': [{ lang: 'ru', authentic: true, units: cisItCrime2018ru }],
  'csto-infosphere-2014': [
    { lang: 'ru', authentic: true, units: cstoInfosphere2014ru },
    { lang: 'kk', authentic: false, units: cstoInfosphere2014kk },
  ],
  'cis-infosec-2013': [{ lang: 'kk', authentic: false, units: cisInfosec2013kk }],
  'cis-counterterror-2017': [{ lang: 'kk', authentic: false, units: cisCounterterror2017kk }],
};

/**
 * Parts of one sentence that MATRIX section 9 codes by their order, because decisions name them one by one: a phrase of
 * the text in each language that we have.
 */
export const DIVISIONS: Readonly<
  Record<string, Readonly<Record<string, Partial<Record<'ru' | 'kk', string>>>>>
> = {
  'cis-it-crime-2018': {
    '5.b.1': {
      ru: 'исполнение запросов об оказании содействия в получении информации, которая может способствовать предупреждению, выявлению, пресечению, раскрытию и расследованию преступления, совершенного в отношении гражданина запрашивающей Стороны либо на территории запрашивающей Стороны',
    },
    '5.b.2': { ru: 'о проведении оперативно-розыскных мероприятий' },
  },
  'csto-infosphere-2014': {
    '6.2.a': {
      ru: 'наименование уполномоченного компетентного органа запрашивающей Стороны и уполномоченного компетентного органа запрашиваемой Стороны',
      kk: 'сұрау салушы Тараптың уәкілетті құзыретті органының және сұрау салынған Тараптың уәкілетті құзыретті органының атауы',
    },
    '6.2.b': { ru: 'цели и обоснование обращения', kk: 'өтініштің мақсаттары мен негіздемесі' },
    '6.2.c': { ru: 'излагается существо вопроса', kk: 'мәселенің мәні' },
    '6.2.d': { ru: 'содержание запрашиваемого содействия', kk: 'сұрау салынған жәрдемнің мазмұны' },
    '6.2.e': {
      ru: 'предусмотренные законодательством сроки исполнения',
      kk: 'заңнамада көзделген орындау мерзімдері',
    },
    '6.2.f': {
      ru: 'любая другая информация, которая может быть полезна для исполнения обращения',
      kk: 'өтінішті орындау үшін пайдалы болуы мүмкін кез келген басқа да ақпарат',
    },
  },
};

/** The texts of an instrument; a caller's name that is none (`constructor`, say) has no texts. */
export function textsOf(instrument: string): readonly Published[] {
  return own(PUBLISHED, instrument) ?? [];
}

/** The parts of its sentences that have codes of their own. */
export function divisionsOf(instrument: string): (typeof DIVISIONS)[string] {
  return own(DIVISIONS, instrument) ?? {};
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
