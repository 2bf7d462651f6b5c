import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit } = provisionsOf('cis-it-crime-2018');

const grounds = [
  'sovereignty',
  'security',
  'national-interests',
  'public-order',
  'rights-of-citizens',
  'national-law',
  'international-obligations',
] as const;

/** Article 11. */
export const refusal: readonly Operation[] = [
  {
    op: 'allow',
    on: ['refusal'],
    by: [
      explicit(
        '11.2',
        'Об отказе незамедлительно информируют письменно.',
        'Бас тарту туралы дереу жазбаша хабарланады.',
        'A refusal is notified at once, in writing.',
      ),
    ],
  },
  {
    op: 'refusal-grounds',
    on: ['refusal'],
    grounds,
    met: explicit(
      '11.1',
      'В исполнении может быть отказано полностью или частично по этому основанию.',
      'Осы негіз бойынша орындаудан толық немесе ішінара бас тартылуы мүмкін.',
      'Execution may be refused in full or in part on this ground.',
    ),
    warning: explicit(
      '11.1',
      'Такого основания Соглашение не знает: суверенитет, безопасность, национальные интересы, общественный порядок, права граждан, национальное законодательство, международные обязательства.',
      'Келісімде мұндай негіз жоқ: егемендік, қауіпсіздік, ұлттық мүдделер, қоғамдық тәртіп, азаматтардың құқықтары, ұлттық заңнама, халықаралық міндеттемелер.',
      'The agreement has no such ground; it has: sovereignty, security, national interests, public order, rights of citizens, national law, international obligations.',
    ),
    organ: null,
    consultations: [
      explicit(
        '14',
        'Разногласия разрешаются путём консультаций.',
        'Келіспеушіліктер консультациялар арқылы шешіледі.',
        'Disagreements are settled by consultation.',
      ),
    ],
  },
];
