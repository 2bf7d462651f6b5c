import { HOUSE } from '../../house.js';
import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { UNSPOKEN } from '../procedure.js';

const { explicit, inferred } = provisionsOf('csto-infosphere-2014');

const notInCompetence = explicit(
  '7.4',
  'Обращение в течение трёх дней передаётся компетентному органу своего государства с одновременным уведомлением.',
  'Өтініш үш күн ішінде өз мемлекетінің құзыретті органына беріледі және бір мезгілде хабарланады.',
  'The request is passed within three days to the competent body of the same state, and the initiator is notified at the same time.',
);

/** Articles 7, 8, 10, 11 and 12. */
export const execution: readonly Operation[] = [
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
        'Obstacles and serious delay are reported at once.',
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
    on: ['additional-information-request'],
    by: [
      explicit(
        '7.5',
        'Запрашиваемая Сторона вправе запросить дополнительные сведения.',
        'Сұрау салынған Тарап қосымша мәліметтер сұратуға құқылы.',
        'The requested Party may ask for additional information.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['additional-information'],
    by: [
      inferred(
        '7.5',
        'На запрошенные дополнительные сведения отвечают.',
        'Сұратылған қосымша мәліметтерге жауап беріледі.',
        'Additional information that was asked for is given.',
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
    unmet: inferred(
      '7.6',
      'Укажите производство, которому исполнение может помешать.',
      'Орындау кедергі келтіруі мүмкін іс жүргізуді көрсетіңіз.',
      'State the proceedings that execution would hinder.',
    ),
  },
  {
    op: 'grounds',
    on: ['conditions'],
    warning: inferred(
      '7.6',
      'Условия определяются как необходимые после консультаций: их причину следует указать.',
      'Шарттар консультациялардан кейін қажетті деп айқындалады: олардың себебін көрсету керек.',
      'Conditions are found necessary after consultation: their reason should be stated.',
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
        'The results are reported as soon as possible.',
      ),
    ],
  },
  {
    op: 'unconfirmed',
    on: ['result', 'refusal', 'postponement', 'conditions'],
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
        'Өзге мақсаттарда пайдалану – сұрау салынған органның келісімімен.',
        'Other purposes require the consent of the requested body.',
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
  {
    op: 'allow',
    on: ['term-proposal', 'term-answer'],
    by: [
      inferred(
        '7.2',
        'Иной срок исполнения может быть согласован для дела.',
        'Іс үшін өзге орындау мерзімі келісілуі мүмкін.',
        'Another term of execution may be agreed for the case.',
      ),
    ],
  },
  { op: 'allow', on: UNSPOKEN, by: [HOUSE.procedure] },
];
