import { HOUSE } from '../../house.js';
import type { Operation, Types } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { MESSAGE_TYPES } from '../../vocabulary.js';
import { requestProcedure } from '../procedure.js';
import { codes } from './codes.js';

const { explicit, inferred } = provisionsOf('csto-infosphere-2014');

const REQUESTS: Types = ['request', 'standing-request', 'confirmation'];

const direct = explicit(
  '4.1',
  'Сотрудничество осуществляется непосредственно между уполномоченными компетентными органами.',
  'Ынтымақтастық уәкілетті құзыретті органдар арасында тікелей жүзеге асырылады.',
  'The authorised competent bodies cooperate directly.',
);
const unlisted = explicit(
  '4.2',
  'Об этом органе как уполномоченном компетентном на этот день Генеральный секретарь ОДКБ не уведомлён.',
  'ҰҚШҰ Бас хатшысы бұл органның осы күнгі уәкілетті құзыретті орган екені туралы хабардар етілмеген.',
  'The Secretary General has no notice of this body as an authorised competent one that day.',
);

/** Articles 3 to 5 and 13: who, on what ground, in which language. */
const scope: readonly Operation[] = [
  {
    op: 'listed',
    on: MESSAGE_TYPES.filter((type) => type !== 'forwarded'),
    who: 'both',
    met: direct,
    unmet: unlisted,
  },
  { op: 'listed', on: ['forwarded'], who: 'sender', met: direct, unmet: unlisted },
  {
    op: 'between-parties',
    on: ['request', 'standing-request', 'spontaneous'],
    unmet: inferred(
      '4.1',
      'Протокол регулирует сотрудничество Сторон: оба органа принадлежат одному государству.',
      'Хаттама Тараптардың ынтымақтастығын реттейді: екі орган да бір мемлекетке тиесілі.',
      'The Protocol governs cooperation between Parties; both bodies are of one state.',
    ),
  },
  {
    op: 'allow',
    on: ['request'],
    by: [
      explicit(
        '6.1',
        'Сотрудничество осуществляется на основании обращения.',
        'Ынтымақтастық өтініш негізінде жүзеге асырылады.',
        'Cooperation rests on a request.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['confirmation'],
    by: [
      explicit(
        '6.4',
        'Обращение, переданное техническими средствами, официально подтверждается письменно.',
        'Техникалық құралдармен берілген өтініш ресми түрде жазбаша расталады.',
        'A request sent by technical means is officially confirmed in writing.',
      ),
    ],
  },
  {
    op: 'forbid',
    on: ['standing-request', 'spontaneous'],
    unmet: inferred(
      '6.1',
      'Протокол знает только обращение: постоянно действующих запросов и инициативной информации в нём нет.',
      'Хаттама тек өтінішті көздейді: тұрақты болатын сұрау салу мен бастамашыл ақпараттандыру онда жоқ.',
      'The Protocol knows requests only: no standing request, nothing unasked.',
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
    wantedFor: [],
    unmet: explicit(
      '3.1',
      'Названных преступлений нет в статье 3.',
      'Аталған қылмыстар 3-бапта жоқ.',
      'The crimes named are not those of article 3.',
    ),
    missing: inferred(
      '3.1',
      'Назовите преступления по статье 3.',
      '3-бап бойынша қылмыстарды атаңыз.',
      'Name the crimes of article 3.',
    ),
  },
  {
    op: 'procedural',
    on: REQUESTS,
    met: explicit(
      '5.2',
      'Процессуальные действия – по названному договору о правовой помощи.',
      'Іс жүргізу әрекеттері – аталған құқықтық көмек туралы шарт бойынша.',
      'Procedural actions under the treaty on legal assistance that is named.',
    ),
    unmet: explicit(
      '5.2',
      'Процессуальные действия – только по договору о правовой помощи: назовите его.',
      'Іс жүргізу әрекеттері – тек құқықтық көмек туралы шарт бойынша: оны атаңыз.',
      'Procedural actions only under a treaty on legal assistance: name it.',
    ),
  },
  {
    op: 'language',
    on: 'all',
    languages: ['ru'],
    met: explicit(
      '13',
      'Рабочий язык – русский.',
      'Жұмыс тілі – орыс тілі.',
      'The working language is Russian.',
    ),
    unmet: explicit(
      '13',
      'Основной текст должен быть на русском языке; переводы можно приложить.',
      'Негізгі мәтін орыс тілінде болуға тиіс; аудармаларды қоса беруге болады.',
      'The main text must be in Russian; translations may be attached.',
    ),
  },
];

const contents: readonly Operation[] = [
  {
    op: 'contents-known',
    on: 'all',
    known: Object.keys(codes.contents),
    unmet: explicit(
      '6.2',
      'Указан пункт содержания, которого нет в статье 6.',
      '6-бапта жоқ мазмұн тармағы көрсетілген.',
      'An item of contents that article 6 does not have.',
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
        `В обращении не хватает: ${item.text.ru}.`,
        `Өтініште жетіспейді: ${item.text.kk}.`,
        `The request lacks: ${item.text.en}.`,
      ),
    })),
];

/** Articles 6.3 to 6.5: writing, technical means, signature. */
const writing: readonly Operation[] = [
  {
    op: 'written-form',
    on: REQUESTS,
    signature: [
      {
        by: ['head', 'deputy-head'],
        seals: [],
        between: 'any',
        met: explicit(
          '6.5',
          'Подписано руководителем органа или его заместителем.',
          'Орган басшысы немесе оның орынбасары қол қойған.',
          'Signed by the head of the body or the deputy.',
        ),
        unmet: explicit(
          '6.5',
          'Нужна подпись руководителя органа или его заместителя.',
          'Орган басшысының немесе оның орынбасарының қолы қажет.',
          'Wanted: the signature of the head of the body or the deputy.',
        ),
      },
    ],
    electronic: {
      needs: 'electronic-form',
      otherTreaty: false,
      met: inferred(
        '6.3',
        'По договорённости подписанный электронный документ и есть письменная форма.',
        'Уағдаластық бойынша қол қойылған электрондық құжат жазбаша нысан болып табылады.',
        'By arrangement the signed electronic document is the written form.',
      ),
      unmet: explicit(
        '6.3',
        'Обращение направляется в письменной форме: договорённости об электронной форме нет.',
        'Өтініш жазбаша нысанда жіберіледі: электрондық нысан туралы уағдаластық жоқ.',
        'The request is made in writing: no arrangement makes the electronic form the written one.',
      ),
    },
    urgent: {
      needs: 'arrangement',
      offenceNamed: true,
      confirmHours: 72,
      met: explicit(
        '6.4',
        'Срочное обращение передано техническими средствами по договорённости; в течение 3 суток – официальное письменное подтверждение.',
        'Шұғыл өтініш уағдаластық бойынша техникалық құралдармен берілді; 3 тәулік ішінде – ресми жазбаша растау.',
        'An urgent request by technical means under an arrangement; official written confirmation within 3 days.',
      ),
    },
  },
  { op: 'seal', on: 'all', channel: 'bus', unitSeal: false, unmet: HOUSE.seal },
];

const notInCompetence = explicit(
  '7.4',
  'Обращение в течение трёх дней передаётся компетентному органу своего государства с одновременным уведомлением.',
  'Өтініш үш күн ішінде өз мемлекетінің құзыретті органына беріледі және бір мезгілде хабарланады.',
  'The request is passed within three days to the competent body of the same state, and this is told at the same time.',
);

/** Articles 7, 8, 10, 11 and 12. */
const execution: readonly Operation[] = [
  {
    op: 'deadline',
    on: ['request'],
    duty: 'execute',
    days: 30,
    rule: explicit(
      '7.2',
      'Обращение исполняется, как правило, в срок не более 30 дней от даты получения.',
      'Өтініш, әдетте, алынған күннен бастап 30 күннен аспайтын мерзімде орындалады.',
      'Executed as a rule within 30 days of receipt.',
    ),
  },
  {
    op: 'allow',
    on: ['obstacle'],
    by: [
      explicit(
        '7.3',
        'О препятствиях и существенной задержке уведомляют незамедлительно.',
        'Кедергілер мен елеулі кешігу туралы дереу хабарланады.',
        'Obstacles and serious delay are told at once.',
      ),
    ],
  },
  { op: 'allow', on: ['forwarded'], by: [notInCompetence] },
  {
    op: 'forwarding',
    on: ['forwarded'],
    unlisted: true,
    unlistedOffBus: notInCompetence,
    unmet: notInCompetence,
  },
  {
    op: 'allow',
    on: ['additional-information-request', 'additional-information'],
    by: [
      explicit(
        '7.5',
        'Запрашиваемая Сторона вправе запросить дополнительные сведения.',
        'Сұрау салынатын Тарап қосымша мәліметтер сұратуға құқылы.',
        'The requested Party may ask for additional information.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['postponement', 'conditions', 'conditions-answer'],
    by: [
      explicit(
        '7.6',
        'Исполнение может быть отложено с уведомлением или связано с условиями; принятые условия обязательны.',
        'Орындау хабардар ете отырып кейінге қалдырылуы немесе шарттармен байланыстырылуы мүмкін; қабылданған шарттар міндетті.',
        'Execution may be postponed with notice or made subject to conditions; accepted conditions bind.',
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
    on: ['result'],
    by: [
      explicit(
        '7.7',
        'О результатах информируют в возможно короткие сроки.',
        'Нәтижелер туралы мүмкіндігінше қысқа мерзімде хабарланады.',
        'The results are told as soon as possible.',
      ),
    ],
  },
  {
    op: 'unconfirmed',
    on: ['result'],
    hours: 72,
    warning: explicit(
      '6.4',
      'Обращение не подтверждено письменно в течение 3 суток: отвечать не запрещено, решает сотрудник.',
      'Өтініш 3 тәулік ішінде жазбаша расталмаған: жауап беруге тыйым салынбаған, шешімді қызметкер қабылдайды.',
      'The request was not confirmed in writing within 3 days: answering is not forbidden, the officer decides.',
    ),
  },
  {
    op: 'allow',
    on: ['attendance-request', 'attendance-answer'],
    by: [
      explicit(
        '8',
        'По согласованию возможно присутствие представителей при исполнении.',
        'Келісім бойынша орындау кезінде өкілдердің қатысуы мүмкін.',
        'By agreement representatives may be present.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['confidentiality-notice', 'confidentiality-answer'],
    by: [
      inferred(
        '10.1',
        'Обеспечивается конфиденциальность информации, связанной с исполнением обращения.',
        'Өтінішті орындаумен байланысты ақпараттың құпиялылығы қамтамасыз етіледі.',
        'Information connected with executing the request is kept confidential.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['consent-request', 'consent-answer', 'consent-revocation', 'restriction'],
    by: [
      inferred(
        '10.2',
        'Использование в иных целях – с согласия запрашиваемого органа.',
        'Өзге мақсаттарда пайдалану – сұрау салынатын органның келісімімен.',
        'Other purposes want the consent of the requested body.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['consultation'],
    by: [
      explicit(
        '11',
        'Спорные вопросы решаются путём консультаций и переговоров.',
        'Даулы мәселелер консультациялар және келіссөздер арқылы шешіледі.',
        'Disputes are settled by consultation and negotiation.',
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
  { op: 'allow', on: ['return', 'reminder', 'withdrawal', 'recall'], by: [HOUSE.procedure] },
];

/** Article 9. */
const refusal: readonly Operation[] = [
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
    organGrounds: [],
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
    consultations: explicit(
      '11',
      'Спорные вопросы решаются путём консультаций.',
      'Даулы мәселелер консультациялар арқылы шешіледі.',
      'Disputes are settled by consultation.',
    ),
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

export const operations: readonly Operation[] = [
  ...scope,
  ...contents,
  ...writing,
  ...execution,
  ...refusal,
  ...requestProcedure,
];
