import { KAZAKHSTAN_AUTHORITIES_2017, KAZAKHSTAN_GRADES, type NationalList } from '#treaties';

/**
 * The local federation: three states, an organ, two depositaries. Kazakhstan's authorities for the 2017 agreement are
 * those of its government's decree 529; everything else here is sample data, and is marked so in the books.
 */

type Listed = NationalList['authorities'][number];
type Names = Listed['names'];

/** Officers who can sign at an authority: offices, not persons. */
export interface SampleAuthority {
  readonly id: string;
  readonly names: Names;
  readonly entries: readonly Pick<Listed, 'instruments' | 'kind' | 'from' | 'sample'>[];
  /** Whether this node holds its keys; a listed authority may have no node of its own yet. */
  readonly served: boolean;
}
export interface SampleNode {
  readonly id: string;
  /** Keeper of the list: a state, or an organ. */
  readonly keeper: { readonly state: string } | { readonly organ: string };
  readonly title: string;
  readonly country: string | undefined;
  readonly timeZone: string;
  readonly grades: NationalList['grades'];
  readonly authorities: readonly SampleAuthority[];
}

const ALL_FOUR = ['cis-it-crime-2018', 'csto-infosphere-2014', 'cis-infosec-2013'];
const sampleEntry = (instruments: readonly string[], kind: Listed['kind'] = 'authority') => ({
  instruments: [...instruments],
  kind,
  from: '2020-01-01',
  sample: true,
});
const DECREE_529 = {
  instruments: ['cis-counterterror-2017'],
  kind: 'authority' as const,
  from: '2018-08-27',
  sample: false,
};

const KAZAKHSTAN: SampleNode = {
  id: 'kz',
  keeper: { state: 'KZ' },
  title: 'Kazakhstan',
  country: 'KZ',
  timeZone: 'Asia/Almaty',
  grades: [...KAZAKHSTAN_GRADES],
  authorities: KAZAKHSTAN_AUTHORITIES_2017.map(({ id, names }) => {
    const served = id === 'kz-knb' || id === 'kz-mvd';
    return {
      id,
      names: { ...names },
      served,
      entries: served ? [DECREE_529, sampleEntry(ALL_FOUR)] : [DECREE_529],
    };
  }),
};

const BELARUS: SampleNode = {
  id: 'by',
  keeper: { state: 'BY' },
  title: 'Belarus',
  country: 'BY',
  timeZone: 'Europe/Minsk',
  grades: [],
  authorities: [
    {
      id: 'by-mvd',
      names: {
        ru: 'Министерство внутренних дел Республики Беларусь',
        kk: 'Беларусь Республикасының Ішкі істер министрлігі',
        en: 'Ministry of Internal Affairs of the Republic of Belarus',
      },
      served: true,
      entries: [sampleEntry([...ALL_FOUR, 'cis-counterterror-2017'])],
    },
  ],
};

const ARMENIA: SampleNode = {
  id: 'am',
  keeper: { state: 'AM' },
  title: 'Armenia',
  country: 'AM',
  timeZone: 'Asia/Yerevan',
  grades: [],
  authorities: [
    {
      id: 'am-nss',
      names: {
        ru: 'Служба национальной безопасности Республики Армения',
        kk: 'Армения Республикасының Ұлттық қауіпсіздік қызметі',
        en: 'National Security Service of the Republic of Armenia',
      },
      served: true,
      entries: [sampleEntry([...ALL_FOUR, 'cis-counterterror-2017'])],
    },
  ],
};

const ANTI_TERRORISM_CENTER: SampleNode = {
  id: 'atc',
  keeper: { organ: 'cis-atc' },
  title: 'CIS Anti-Terrorism Center',
  country: undefined,
  timeZone: 'Europe/Moscow',
  grades: [],
  authorities: [
    {
      id: 'cis-atc',
      names: {
        ru: 'Антитеррористический центр государств – участников СНГ',
        kk: 'ТМД-ға қатысушы мемлекеттердің Терроризмге қарсы орталығы',
        en: 'CIS Anti-Terrorism Center',
      },
      served: true,
      entries: [sampleEntry(['cis-counterterror-2017'], 'organ')],
    },
  ],
};

export const NODES: readonly SampleNode[] = [KAZAKHSTAN, BELARUS, ARMENIA, ANTI_TERRORISM_CENTER];

export const DEPOSITARIES = [
  { id: 'cis-depositary', organisation: 'CIS', title: 'CIS Executive Committee' },
  { id: 'csto-depositary', organisation: 'CSTO', title: 'CSTO Secretariat' },
] as const;
export type Depositary = (typeof DEPOSITARIES)[number];

/** Sample dates of notification, so that every instrument is in force between the three states. */
export const EVENTS = {
  CIS: ['cis-it-crime-2018', 'cis-infosec-2013', 'cis-counterterror-2017'].flatMap((instrument) =>
    notified(instrument, ['KZ', 'BY', 'AM']),
  ),
  CSTO: notified('csto-infosphere-2014', ['KZ', 'BY', 'AM', 'KG']),
};

/** The technical channel that 2018 #6.2.2 asks for, agreed between the two who exchange in the guided exchange. */
export const ARRANGEMENT = {
  id: 'by-mvd-kz-knb-2018',
  version: 1,
  instrument: 'cis-it-crime-2018',
  between: ['by-mvd', 'kz-knb'] as [string, string],
  from: '2021-01-01',
  until: null,
  electronicForm: false,
};

export const keeperName = ({ keeper }: SampleNode): string =>
  'state' in keeper ? `state:${keeper.state}` : `organ:${keeper.organ}`;
export const keeperId = ({ keeper }: SampleNode): string => ('state' in keeper ? keeper.state : keeper.organ);

function notified(instrument: string, states: readonly string[]) {
  return states.map((state) => ({
    instrument,
    state,
    event: 'notified' as const,
    on: '2020-06-01',
    source: 'sample data of the local federation',
  }));
}
