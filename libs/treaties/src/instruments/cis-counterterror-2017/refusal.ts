import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit } = provisionsOf('cis-counterterror-2017');

/** Articles 8.2.b and 8.3. */
export const refusal: readonly Operation[] = [
  {
    op: 'allow',
    on: ['refusal'],
    by: [
      explicit(
        '8.3',
        'В исполнении запроса может быть отказано.',
        'Сұрау салуды орындаудан бас тартылуы мүмкін.',
        'A request may be refused.',
      ),
    ],
  },
  {
    op: 'refusal-grounds',
    on: ['refusal'],
    grounds: ['national-interests', 'national-law', 'international-obligations', 'not-compliant'],
    // Interests, legislation and obligations are a state's: an organ has only the last ground (I).
    organGrounds: ['not-compliant'],
    met: explicit(
      '8.3',
      'Основание отказа предусмотрено статьёй 8.3.',
      'Бас тарту негізі 8.3-бапта көзделген.',
      'The ground is one of article 8.3.',
    ),
    warning: explicit(
      '8.3',
      'Такого основания Соглашение не знает: интересы государства, законодательство, международные обязательства, несоответствие запроса Соглашению (для органа – только последнее).',
      'Келісімде мұндай негіз жоқ: мемлекет мүдделері, заңнама, халықаралық міндеттемелер, сұрау салудың Келісімге сәйкес келмеуі (орган үшін – тек соңғысы).',
      'The agreement has no such ground; it has: interests of the state, legislation, international obligations, request not compliant (an organ: only the last).',
    ),
    consultations: [
      explicit(
        '14',
        'Спорные вопросы решаются путём консультаций.',
        'Даулы мәселелер консультациялар арқылы шешіледі.',
        'Disputes are settled by consultation.',
      ),
    ],
  },
  {
    op: 'refusal-reasons',
    on: ['refusal'],
    met: explicit(
      '8.2.b',
      'Об отказе информируют с указанием причины.',
      'Бас тарту туралы себебі көрсетіле отырып хабарланады.',
      'A refusal is told with its reason.',
    ),
    unmet: explicit(
      '8.2.b',
      'Укажите причину отказа.',
      'Бас тарту себебін көрсетіңіз.',
      'State the reason of the refusal.',
    ),
  },
];
