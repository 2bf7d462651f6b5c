import { HOUSE } from '../../house.js';
import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { codes } from './codes.js';
import { REQUESTS } from './request-types.js';

const { explicit, inferred } = provisionsOf('cis-it-crime-2018');

/** Article 6.3: every missing item is named at once. */
export const contents: readonly Operation[] = [
  {
    op: 'contents-known',
    on: 'all',
    known: Object.keys(codes.contents),
    unmet: explicit(
      '6.3',
      'Указан пункт содержания, которого нет в статье 6.3.',
      '6.3-бапта жоқ мазмұн тармағы көрсетілген.',
      'An item of contents that article 6.3 does not have.',
    ),
  },
  ...Object.entries(codes.contents)
    .filter(([, item]) => item.mandatory)
    .map(([code, item]): Operation => ({
      op: 'content',
      on: REQUESTS,
      code,
      unmet: explicit(
        code,
        `В запросе не хватает: ${item.text.ru}.`,
        `Сұрау салуда жетіспейді: ${item.text.kk}.`,
        `The request lacks: ${item.text.en}.`,
      ),
    })),
];

const electronic = {
  needs: 'arrangement',
  otherTreaty: 'channel',
  met: explicit(
    '6.2.2',
    'Технический канал допустим: двусторонняя договорённость органов или иной договор, участниками которого являются обе Стороны.',
    'Техникалық арнаға жол беріледі: органдардың екіжақты уағдаластығы немесе екі Тарап та қатысушысы болып табылатын өзге шарт бар.',
    'The technical channel is open: a bilateral arrangement of the authorities, or another treaty to which both Parties are parties.',
  ),
  unmet: [
    explicit(
      '6.2.2',
      'Без двусторонней договорённости запрос, подтверждение и материалы исполненного запроса направляются на бумаге.',
      'Екіжақты уағдаластықсыз сұрау салу, растау және орындалған сұрау салу материалдары қағаз түрінде жіберіледі.',
      'Without a bilateral arrangement requests, confirmations and results go on paper.',
    ),
    explicit(
      '6.2',
      'Запрос направляется в письменной форме.',
      'Сұрау салу жазбаша нысанда жіберіледі.',
      'The request is made in writing.',
    ),
  ],
} as const;

/** Articles 6.2 and 6.4: writing, technical channel, urgency, signature and seal. */
export const writing: readonly Operation[] = [
  {
    op: 'written-form',
    on: REQUESTS,
    signature: [
      {
        by: ['head', 'deputy-head'],
        seals: ['authority'],
        between: 'others',
        met: explicit(
          '6.4.a',
          'Подписан руководителем или его заместителем и скреплён гербовой печатью органа.',
          'Басшы немесе оның орынбасары қол қойған және органның елтаңбалы мөрімен бекітілген.',
          'Signed by the head or deputy head, with the seal of the authority.',
        ),
        unmet: explicit(
          '6.4.a',
          'Нужны подпись руководителя или его заместителя и гербовая печать компетентного органа.',
          'Басшының немесе оның орынбасарының қолы және құзыретті органның елтаңбалы мөрі қажет.',
          'Wanted: the signature of the head or deputy head and the seal of the authority.',
        ),
      },
      {
        by: ['head', 'deputy-head'],
        seals: ['authority'],
        between: 'specialised-units',
        met: inferred(
          '6.4.a',
          'Подпись руководителя органа или его заместителя и гербовая печать органа достаточны и между профильными подразделениями.',
          'Орган басшысының немесе оның орынбасарының қолы мен органның елтаңбалы мөрі бейінді бөлімшелер арасында да жеткілікті.',
          'The head or deputy head of the authority and its seal are sufficient between specialised units too.',
        ),
        unmet: inferred(
          '6.4.a',
          'Или подпись руководителя органа либо его заместителя и гербовая печать органа.',
          'Немесе орган басшысының не оның орынбасарының қолы және органның елтаңбалы мөрі.',
          'Or the signature of the head or deputy head of the authority and its seal.',
        ),
      },
      {
        by: ['unit-head'],
        seals: ['unit'],
        between: 'specialised-units',
        met: explicit(
          '6.4.b',
          'Подписан руководителем самостоятельного центрального профильного подразделения и скреплён его печатью.',
          'Дербес орталық бейінді бөлімшенің басшысы қол қойған және оның мөрімен бекітілген.',
          'Signed by the head of the central specialised unit, with its seal.',
        ),
        unmet: explicit(
          '6.4.b',
          'От самостоятельного центрального профильного подразделения другому профильному подразделению достаточно подписи руководителя подразделения и его печати.',
          'Дербес орталық бейінді бөлімшеден басқа бейінді бөлімшеге бөлімше басшысының қолы мен оның мөрі жеткілікті.',
          'From a central specialised unit to another specialised unit the head of the unit and its seal are enough.',
        ),
      },
      {
        by: ['unit-head'],
        seals: ['authority'],
        between: 'specialised-units',
        met: inferred(
          '6.4.b',
          'Подписан руководителем подразделения; вместо печати подразделения – печать его органа.',
          'Бөлімше басшысы қол қойған; бөлімшенің мөрі орнына – оның органының мөрі.',
          'Signed by the head of the unit, with the seal of its authority in place of its own.',
        ),
        unmet: inferred(
          '6.4.b',
          'Вместо печати подразделения достаточно печати его органа.',
          'Бөлімшенің мөрі орнына оның органының мөрі жеткілікті.',
          'The seal of its authority is enough in place of the unit’s own.',
        ),
      },
    ],
    electronic,
    urgent: {
      needs: 'nothing',
      orally: true,
      offenceNamed: false,
      forms: null,
      ungrounded: null,
      confirmHours: 72,
      met: explicit(
        '6.2.1',
        'Безотлагательный запрос передан техническими средствами или устно; в течение 3 суток он подтверждается письменно.',
        'Кейінге қалдыруға болмайтын сұрау салу техникалық құралдармен немесе ауызша берілді; ол 3 тәулік ішінде жазбаша расталады.',
        'An urgent request by technical means or orally; to be confirmed in writing within 3 days.',
      ),
    },
  },
  { op: 'electronic-form', on: ['result'], electronic },
  { op: 'seal', on: 'all', unmet: HOUSE.seal },
];
