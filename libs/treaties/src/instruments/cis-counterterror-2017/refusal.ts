import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit, inferred } = provisionsOf('cis-counterterror-2017');

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
    byOrgan: [
      inferred(
        '8.3',
        'Об отказе органа СНГ Соглашение не говорит: он возможен так же.',
        'ТМД органының бас тартуы туралы Келісім айтпайды: ол да солай мүмкін.',
        'The agreement does not speak of a refusal by a CIS organ: it may refuse likewise.',
      ),
    ],
  },
  {
    op: 'refusal-grounds',
    on: ['refusal'],
    // Sovereignty, security and public order are interests of the state.
    grounds: [
      'national-interests',
      'sovereignty',
      'security',
      'public-order',
      'national-law',
      'international-obligations',
      'not-compliant',
    ],
    met: explicit(
      '8.3',
      'Основание отказа предусмотрено статьёй 8.3.',
      'Бас тарту негізі 8.3-бапта көзделген.',
      'The ground is one of article 8.3.',
    ),
    warning: explicit(
      '8.3',
      'Такого основания Соглашение не знает: интересы государства, законодательство, международные обязательства, несоответствие запроса Соглашению.',
      'Келісімде мұндай негіз жоқ: мемлекет мүдделері, заңнама, халықаралық міндеттемелер, сұрау салудың Келісімге сәйкес келмеуі.',
      'The agreement has no such ground; it has: interests of the state, legislation, international obligations, request not compliant.',
    ),
    // Interests, legislation and obligations are a state's: an organ has only the last ground.
    organ: {
      grounds: ['not-compliant'],
      met: inferred(
        '8.3',
        'Орган СНГ отказывает, так как запрос не соответствует Соглашению.',
        'ТМД органы сұрау салу Келісімге сәйкес келмегендіктен бас тартады.',
        'A CIS organ refuses because the request does not comply with the agreement.',
      ),
      warning: inferred(
        '8.3',
        'У органа СНГ нет интересов, законодательства и обязательств государства: он отказывает, только если запрос не соответствует Соглашению.',
        'ТМД органында мемлекеттің мүдделері, заңнамасы және міндеттемелері жоқ: ол тек сұрау салу Келісімге сәйкес келмегенде ғана бас тартады.',
        'A CIS organ has no interests, legislation or obligations of a state: it refuses only where the request does not comply.',
      ),
    },
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
      'A refusal is notified with its reason.',
    ),
    unmet: explicit(
      '8.2.b',
      'Укажите причину отказа.',
      'Бас тарту себебін көрсетіңіз.',
      'State the reason of the refusal.',
    ),
  },
];
