import { HOUSE } from '../../house.js';
import type { Operation, SignatureAlternative } from '../../operations.js';
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
      'Без двусторонней договорённости или иного договора обеих Сторон запрос и материалы исполненного запроса направляются на бумаге.',
      'Екіжақты уағдаластықсыз немесе екі Тараптың өзге шартынсыз сұрау салу және орындалған сұрау салу материалдары қағаз түрінде жіберіледі.',
      'Without a bilateral arrangement or another treaty of both Parties requests and results go on paper.',
    ),
    explicit(
      '6.2',
      'Запрос направляется в письменной форме.',
      'Сұрау салу жазбаша нысанда жіберіледі.',
      'The request is made in writing.',
    ),
  ],
} as const;

/** #6.2.2 speaks of the request and of results: a confirmation is taken as the request in writing. */
const confirmedElectronically = {
  ...electronic,
  met: inferred(
    '6.2.2',
    'Подтверждение – тот же запрос в письменной форме: технический канал допустим и для него.',
    'Растау – жазбаша нысандағы сол сұрау салу: техникалық арнаға ол үшін де жол беріледі.',
    'A confirmation is the request in writing: the technical channel is open to it too.',
  ),
  unmet: [
    inferred(
      '6.2.2',
      'Без двусторонней договорённости или иного договора обеих Сторон и подтверждение направляется на бумаге.',
      'Екіжақты уағдаластықсыз немесе екі Тараптың өзге шартынсыз растау да қағаз түрінде жіберіледі.',
      'Without a bilateral arrangement or another treaty of both Parties a confirmation goes on paper too.',
    ),
    explicit(
      '6.2',
      'Подтверждение направляется в письменной форме.',
      'Растау жазбаша нысанда жіберіледі.',
      'The confirmation is made in writing.',
    ),
  ],
} as const;

const signature: readonly SignatureAlternative[] = [
  {
    by: ['head', 'deputy-head'],
    seals: ['authority'],
    between: ['authorities'],
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
      'Required: the signature of the head or deputy head and the seal of the authority.',
    ),
  },
  {
    by: ['head', 'deputy-head'],
    seals: ['authority'],
    between: ['central-units', 'central-to-unit', 'mixed'],
    met: inferred(
      '6.4.a',
      'Подпись руководителя органа или его заместителя и гербовая печать органа достаточны и там, где пишет или запрашивается подразделение.',
      'Орган басшысының немесе оның орынбасарының қолы мен органның елтаңбалы мөрі бөлімше жазған немесе бөлімшеден сұралған жағдайда да жеткілікті.',
      'The head or deputy head of the authority and its seal are sufficient also where a unit writes or is asked.',
    ),
    unmet: inferred(
      '6.4.a',
      'Достаточно подписи руководителя органа либо его заместителя и гербовой печати органа: их нет.',
      'Орган басшысының не оның орынбасарының қолы және органның елтаңбалы мөрі жеткілікті: олар жоқ.',
      'The signature of the head or deputy head of the authority and its seal would be enough: they are not there.',
    ),
  },
  {
    by: ['unit-head'],
    seals: ['unit'],
    between: ['central-units'],
    met: explicit(
      '6.4.b',
      'Подписан руководителем самостоятельного центрального профильного подразделения и скреплён его печатью.',
      'Дербес орталық бейінді бөлімшенің басшысы қол қойған және оның мөрімен бекітілген.',
      'Signed by the head of the central specialised unit, with its seal.',
    ),
    unmet: explicit(
      '6.4.b',
      'Между самостоятельными профильными подразделениями – подпись руководителя центрального подразделения и его печать: их нет.',
      'Дербес бейінді бөлімшелер арасында – орталық бөлімше басшысының қолы мен оның мөрі: олар жоқ.',
      'Between independent specialised units: the signature of the head of the central unit and its seal; they are not there.',
    ),
  },
  {
    by: ['unit-head'],
    seals: ['unit'],
    between: ['central-to-unit'],
    met: inferred(
      '6.4.b',
      'Подписан руководителем центрального профильного подразделения и скреплён его печатью; запрашиваемое подразделение принято за самостоятельное профильное.',
      'Орталық бейінді бөлімшенің басшысы қол қойған және оның мөрімен бекітілген; сұрау салынатын бөлімше дербес бейінді деп қабылданған.',
      'Signed by the head of the central specialised unit, with its seal; the unit that is asked is taken as an independent specialised one.',
    ),
    unmet: inferred(
      '6.4.b',
      'Самостоятельному профильному подразделению достаточно подписи руководителя центрального подразделения и его печати: их нет.',
      'Дербес бейінді бөлімшеге орталық бөлімше басшысының қолы мен оның мөрі жеткілікті: олар жоқ.',
      'To an independent specialised unit the head of the central unit and its seal are enough: they are not there.',
    ),
  },
  {
    by: ['unit-head'],
    seals: ['authority'],
    between: ['central-units', 'central-to-unit'],
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
];

const urgent = {
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
} as const;

/** Articles 6.2 and 6.4: writing, technical channel, urgency, signature and seal. */
export const writing: readonly Operation[] = [
  { op: 'written-form', on: REQUESTS, signature, electronic, confirmation: confirmedElectronically, urgent },
  { op: 'electronic-form', on: ['result'], electronic },
  { op: 'seal', on: 'all', unmet: HOUSE.seal },
];
