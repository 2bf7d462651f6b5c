import { HOUSE } from '../../house.js';
import type { Operation, Types } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { requestProcedure } from '../procedure.js';
import { codes } from './codes.js';

const { explicit, inferred } = provisionsOf('cis-it-crime-2018');

/** What #6 says of a request holds for its written confirmation: it is the request in writing. */
const REQUESTS: Types = ['request', 'standing-request', 'confirmation'];
/** Concrete cases, for which an offence of #3.1 is wanted (MATRIX section 3). */
const CONCRETE = ['5.a', '5.a.1', '5.b', '5.c', '5.i'];

/** Articles 3 and 4: who, and on what ground. */
const who: readonly Operation[] = [
  {
    op: 'listed',
    on: 'all',
    who: 'both',
    met: explicit(
      '4.1',
      'Сотрудничество осуществляется непосредственно между компетентными органами.',
      'Ынтымақтастық құзыретті органдар арасында тікелей жүзеге асырылады.',
      'Competent authorities cooperate directly.',
    ),
    unmet: explicit(
      '4.2',
      'Отправителя или получателя в этот день нет в перечне компетентных органов.',
      'Бұл күні жіберуші немесе алушы құзыретті органдардың тізбесінде жоқ.',
      'Sender or receiver is not on the list of competent authorities that day.',
    ),
  },
  {
    op: 'between-parties',
    on: ['request', 'standing-request', 'spontaneous'],
    unmet: inferred(
      '4.1',
      'Соглашение регулирует сотрудничество Сторон: оба органа принадлежат одному государству.',
      'Келісім Тараптардың ынтымақтастығын реттейді: екі орган да бір мемлекетке тиесілі.',
      'The agreement governs cooperation between Parties; both authorities are of one state.',
    ),
  },
];

/** Articles 3, 5 and 6.1: modes, forms, offences, nexus. */
const scope: readonly Operation[] = [
  {
    op: 'allow',
    on: ['request'],
    by: [
      explicit(
        '6.1',
        'Сотрудничество осуществляется на основании запроса об оказании содействия.',
        'Ынтымақтастық жәрдем көрсету туралы сұрау салу негізінде жүзеге асырылады.',
        'Cooperation rests on a request for assistance.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['spontaneous'],
    by: [
      explicit(
        '6.1',
        'Информация может быть предоставлена без запроса, если она представляет интерес для другого органа.',
        'Ақпарат басқа орган үшін қызығушылық тудырса, сұрау салусыз берілуі мүмкін.',
        'Information may be given unasked if it is of interest to the other authority.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['confirmation'],
    by: [
      explicit(
        '6.2.1',
        'Запрос, переданный техническими средствами или устно, подтверждается письменно.',
        'Техникалық құралдармен немесе ауызша берілген сұрау салу жазбаша расталады.',
        'A request sent by technical means or orally is confirmed in writing.',
      ),
    ],
  },
  {
    op: 'forbid',
    on: ['standing-request'],
    unmet: inferred(
      '6.1',
      'Соглашение не знает постоянно действующих запросов.',
      'Келісім тұрақты болатын сұрау салуды көздемейді.',
      'The agreement knows no standing request.',
    ),
  },
  {
    op: 'grounds',
    on: ['spontaneous'],
    unmet: inferred(
      '6.1',
      'Укажите, почему информация представляет интерес для получателя.',
      'Ақпараттың алушы үшін неліктен қызығушылық тудыратынын көрсетіңіз.',
      'State why the information is of interest to the receiver.',
    ),
  },
  {
    op: 'form',
    on: 'all',
    known: Object.keys(codes.forms),
    met: [],
    unmet: explicit(
      '5',
      'Форма сотрудничества не названа или её нет в статье 5.',
      'Ынтымақтастық нысаны көрсетілмеген немесе ол 5-бапта жоқ.',
      'The form of cooperation is not named or not one of article 5.',
    ),
  },
  {
    op: 'offence',
    on: 'all',
    known: Object.keys(codes.offences),
    wantedFor: CONCRETE,
    unmet: explicit(
      '3.1',
      'Названного деяния нет в статье 3.1.',
      'Аталған іс-әрекет 3.1-бапта жоқ.',
      'The offence named is not one of article 3.1.',
    ),
    missing: inferred(
      '3.1',
      'Для этой формы сотрудничества назовите деяние по статье 3.1.',
      'Бұл ынтымақтастық нысаны үшін 3.1-бап бойынша іс-әрекетті атаңыз.',
      'For this form of cooperation name the offence of article 3.1.',
    ),
  },
  {
    op: 'nexus',
    on: REQUESTS,
    forms: ['5.b'],
    met: explicit(
      '5.b',
      'Преступление совершено в отношении гражданина или на территории запрашивающей Стороны.',
      'Қылмыс сұрау салушы Тараптың азаматына қатысты немесе оның аумағында жасалған.',
      'The crime is against a citizen of the requesting Party or on its territory.',
    ),
    unmet: explicit(
      '5.b',
      'Укажите, что преступление совершено в отношении гражданина либо на территории запрашивающей Стороны.',
      'Қылмыстың сұрау салушы Тараптың азаматына қатысты не оның аумағында жасалғанын көрсетіңіз.',
      'Say that the crime is against a citizen of the requesting Party or on its territory.',
    ),
  },
];

/** Article 6.3: every missing item is named at once. */
const contents: readonly Operation[] = [
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
  otherTreaty: true,
  met: explicit(
    '6.2.2',
    'Технический канал допустим: двусторонняя договорённость или иной международный договор.',
    'Техникалық арнаға жол беріледі: екіжақты уағдаластық немесе өзге халықаралық шарт бар.',
    'The technical channel is open: a bilateral arrangement or another treaty.',
  ),
  unmet: explicit(
    '6.2.2',
    'Без двусторонней договорённости запрос, подтверждение и материалы исполненного запроса направляются на бумаге.',
    'Екіжақты уағдаластықсыз сұрау салу, растау және орындалған сұрау салу материалдары қағаз түрінде жіберіледі.',
    'Without a bilateral arrangement requests, confirmations and results go on paper.',
  ),
} as const;

/** Articles 6.2 and 6.4: writing, technical channel, urgency, signature and seal. */
const writing: readonly Operation[] = [
  {
    op: 'written-form',
    on: REQUESTS,
    signature: [
      {
        by: ['head', 'deputy-head'],
        seals: ['authority'],
        between: 'any',
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
        by: ['unit-head'],
        seals: ['unit', 'authority'],
        between: 'central-specialised-units',
        met: explicit(
          '6.4.b',
          'Подписан руководителем центрального профильного подразделения и скреплён его печатью.',
          'Орталық бейінді бөлімшенің басшысы қол қойған және оның мөрімен бекітілген.',
          'Signed by the head of the central specialised unit, with its seal.',
        ),
        unmet: explicit(
          '6.4.b',
          'Между центральными профильными подразделениями достаточно подписи руководителя подразделения и его печати.',
          'Орталық бейінді бөлімшелер арасында бөлімше басшысының қолы мен оның мөрі жеткілікті.',
          'Between central specialised units the head of the unit and its seal are enough.',
        ),
      },
    ],
    electronic,
    urgent: {
      needs: 'nothing',
      offenceNamed: false,
      confirmHours: 72,
      met: explicit(
        '6.2.1',
        'Безотлагательный запрос передан техническими средствами; в течение 3 суток он подтверждается письменно.',
        'Кейінге қалдыруға болмайтын сұрау салу техникалық құралдармен берілді; ол 3 тәулік ішінде жазбаша расталады.',
        'An urgent request by technical means; to be confirmed in writing within 3 days.',
      ),
    },
  },
  { op: 'electronic-form', on: ['result'], electronic },
  { op: 'seal', on: 'all', channel: 'bus', unitSeal: true, unmet: HOUSE.seal },
];

const notInCompetence = explicit(
  '7.3',
  'Запрос передаётся компетентному органу того же государства, инициатор уведомляется.',
  'Сұрау салу сол мемлекеттің құзыретті органына беріледі, бастамашы хабардар етіледі.',
  'The request is passed to the competent authority of the same state and the initiator is told.',
);

/** Articles 7, 8, 9, 12 and 14: execution and what goes with it. */
const execution: readonly Operation[] = [
  {
    op: 'allow',
    on: ['result'],
    by: [
      explicit(
        '7.7',
        'Запрашивающий орган информируется о результатах исполнения в возможно короткие сроки.',
        'Сұрау салушы органға орындау нәтижелері мүмкіндігінше қысқа мерзімде хабарланады.',
        'The requesting authority is told the results as soon as possible.',
      ),
    ],
  },
  {
    op: 'unconfirmed',
    on: ['result'],
    hours: 72,
    warning: explicit(
      '6.2.1',
      'Запрос не подтверждён письменно в течение 3 суток: отвечать не запрещено, решает сотрудник.',
      'Сұрау салу 3 тәулік ішінде жазбаша расталмаған: жауап беруге тыйым салынбаған, шешімді қызметкер қабылдайды.',
      'The request was not confirmed in writing within 3 days: answering is not forbidden, the officer decides.',
    ),
  },
  {
    op: 'allow',
    on: ['obstacle'],
    by: [
      explicit(
        '7.2',
        'Об обстоятельствах, препятствующих или задерживающих исполнение, уведомляют незамедлительно.',
        'Орындауға кедергі келтіретін немесе кешіктіретін мән-жайлар туралы дереу хабарланады.',
        'Obstacles and serious delay are told at once.',
      ),
    ],
  },
  { op: 'allow', on: ['forwarded'], by: [notInCompetence] },
  { op: 'forwarding', on: ['forwarded'], unlisted: false, unmet: notInCompetence },
  {
    op: 'allow',
    on: ['additional-information-request', 'additional-information'],
    by: [
      inferred(
        '7.1',
        'Дополнительные сведения служат полному и качественному исполнению запроса.',
        'Қосымша мәліметтер сұрау салуды толық әрі сапалы орындауға қызмет етеді.',
        'Additional information serves full and proper execution of the request.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['attendance-request', 'attendance-answer'],
    by: [
      explicit(
        '7.5',
        'По просьбе может быть разрешено присутствие представителей при исполнении.',
        'Өтініш бойынша орындау кезінде өкілдердің қатысуына рұқсат берілуі мүмкін.',
        'If asked, representatives may be allowed to be present.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['postponement', 'conditions', 'conditions-answer'],
    by: [
      explicit(
        '7.6',
        'Исполнение может быть отложено или связано с условиями; принятые условия обязательны.',
        'Орындау кейінге қалдырылуы немесе шарттармен байланыстырылуы мүмкін; қабылданған шарттар міндетті.',
        'Execution may be postponed or made subject to conditions; accepted conditions bind.',
      ),
    ],
  },
  {
    op: 'grounds',
    on: ['postponement'],
    unmet: explicit(
      '7.6',
      'Укажите производство, которому исполнение может помешать.',
      'Орындау кедергі келтіруі мүмкін іс жүргізуді көрсетіңіз.',
      'State the proceedings that execution would hinder.',
    ),
  },
  {
    op: 'allow',
    on: ['confidentiality-notice'],
    by: [
      explicit(
        '8.2',
        'О невозможности соблюсти конфиденциальность информируют запрашивающий орган.',
        'Құпиялылықты сақтау мүмкін еместігі туралы сұрау салушы органға хабарланады.',
        'The requesting authority is told that confidentiality cannot be kept.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['confidentiality-answer'],
    by: [
      explicit(
        '8.3',
        'Запрашивающий орган уведомляет о своём решении.',
        'Сұрау салушы орган өз шешімі туралы хабарлайды.',
        'The requesting authority notifies its decision.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['consent-request', 'consent-answer', 'consent-revocation'],
    by: [
      explicit(
        '9.2',
        'Использование в иных целях и передача третьей стороне – с письменного согласия предоставившего органа.',
        'Өзге мақсаттарда пайдалану және үшінші тарапқа беру – берген органның жазбаша келісімімен.',
        'Other purposes and third parties want the written consent of the provider.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['restriction'],
    by: [
      explicit(
        '9.2',
        'Предоставивший орган устанавливает ограничения использования.',
        'Ақпаратты берген орган пайдалану шектеулерін белгілейді.',
        'The provider sets limits of use.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['costs'],
    by: [
      explicit(
        '12',
        'Расходы каждый несёт сам, если в конкретном случае не согласовано иное.',
        'Нақты жағдайда өзгеше келісілмесе, шығыстарды әркім өзі көтереді.',
        'Each bears its own costs unless agreed otherwise for the case.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['consultation'],
    by: [
      explicit(
        '14',
        'Разногласия разрешаются путём консультаций и переговоров.',
        'Келіспеушіліктер консультациялар және келіссөздер арқылы шешіледі.',
        'Disagreements are settled by consultation and negotiation.',
      ),
    ],
  },
  { op: 'allow', on: ['return', 'reminder', 'withdrawal', 'recall'], by: [HOUSE.procedure] },
];

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
const refusal: readonly Operation[] = [
  {
    op: 'allow',
    on: ['refusal'],
    by: [
      explicit(
        '11.2',
        'Об отказе незамедлительно информируют письменно.',
        'Бас тарту туралы дереу жазбаша хабарланады.',
        'A refusal is told at once, in writing.',
      ),
    ],
  },
  {
    op: 'refusal-grounds',
    on: ['refusal'],
    grounds,
    organGrounds: [],
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
    consultations: explicit(
      '14',
      'Разногласия разрешаются путём консультаций.',
      'Келіспеушіліктер консультациялар арқылы шешіледі.',
      'Disagreements are settled by consultation.',
    ),
  },
];

export const operations: readonly Operation[] = [
  ...who,
  ...scope,
  ...contents,
  ...writing,
  ...execution,
  ...refusal,
  ...requestProcedure,
];
