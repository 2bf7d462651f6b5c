import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit } = provisionsOf('csto-infosphere-2014');

/** Article 9. */
export const refusal: readonly Operation[] = [
  {
    op: 'allow',
    on: ['refusal'],
    by: [
      explicit(
        '9.1',
        'В исполнении обращения может быть отказано полностью или частично.',
        'Өтінішті орындаудан толық немесе ішінара бас тартылуы мүмкін.',
        'Execution may be refused in full or in part.',
      ),
    ],
  },
  {
    op: 'refusal-grounds',
    on: ['refusal'],
    grounds: ['national-law'],
    met: explicit(
      '9.1',
      'Исполнение противоречит национальному законодательству.',
      'Орындау ұлттық заңнамаға қайшы келеді.',
      'Execution is contrary to national law.',
    ),
    warning: explicit(
      '9.1',
      'Протокол знает одно основание: противоречие национальному законодательству.',
      'Хаттамада бір ғана негіз бар: ұлттық заңнамаға қайшылық.',
      'The Protocol has one ground: contrary to national law.',
    ),
    organ: null,
    consultations: [
      explicit(
        '11',
        'Спорные вопросы решаются путём консультаций.',
        'Даулы мәселелер консультациялар арқылы шешіледі.',
        'Disputes are settled by consultation.',
      ),
      explicit(
        '14',
        'Права и обязательства по другим договорам не затрагиваются: основание может следовать из них.',
        'Басқа шарттар бойынша құқықтар мен міндеттемелер қозғалмайды: негіз солардан туындауы мүмкін.',
        'Rights and obligations under other treaties are not affected: the ground may follow from them.',
      ),
    ],
  },
  {
    op: 'refusal-reasons',
    on: ['refusal'],
    met: explicit(
      '9.2',
      'Об отказе уведомляют письменно с указанием причин.',
      'Бас тарту туралы себептері көрсетіле отырып жазбаша хабарланады.',
      'A refusal is notified in writing with its reasons.',
    ),
    unmet: explicit(
      '9.2',
      'Укажите причины отказа.',
      'Бас тарту себептерін көрсетіңіз.',
      'State the reasons of the refusal.',
    ),
  },
];
