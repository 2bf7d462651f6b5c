import { HOUSE } from '../../house.js';
import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { UNSPOKEN } from '../procedure.js';

const { explicit, inferred } = provisionsOf('cis-it-crime-2018');

const notInCompetence = explicit(
  '7.3',
  'Запрос передаётся компетентному органу того же государства, инициатор уведомляется.',
  'Сұрау салу сол мемлекеттің құзыретті органына беріледі, бастамашы хабардар етіледі.',
  'The request is passed to the competent authority of the same state and the initiator is notified.',
);

/** Articles 7, 8, 9, 12 and 14: execution and what goes with it. */
export const execution: readonly Operation[] = [
  {
    op: 'allow',
    on: ['result'],
    by: [
      explicit(
        '7.7',
        'Запрашивающий орган информируется о результатах исполнения в возможно короткие сроки.',
        'Сұрау салушы органға орындау нәтижелері мүмкіндігінше қысқа мерзімде хабарланады.',
        'The results are reported to the requesting authority as soon as possible.',
      ),
    ],
  },
  {
    op: 'unconfirmed',
    on: ['result', 'refusal', 'postponement', 'conditions'],
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
        'Obstacles and serious delay are reported at once.',
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
    on: ['confidentiality-notice'],
    by: [
      explicit(
        '8.2',
        'О невозможности соблюсти конфиденциальность информируют запрашивающий орган.',
        'Құпиялылықты сақтау мүмкін еместігі туралы сұрау салушы органға хабарланады.',
        'The requesting authority is notified that confidentiality cannot be kept.',
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
        'Использование в иных целях – с письменного согласия предоставившего органа.',
        'Өзге мақсаттарда пайдалану – берген органның жазбаша келісімімен.',
        'Other purposes require the written consent of the provider.',
      ),
      explicit(
        '10',
        'Передача третьей стороне – с предварительного письменного согласия предоставившего органа.',
        'Үшінші тарапқа беру – берген органның алдын ала жазбаша келісімімен.',
        'Third parties require its prior written consent.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['restriction'],
    by: [
      inferred(
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
  { op: 'allow', on: [...UNSPOKEN, 'term-proposal', 'term-answer'], by: [HOUSE.procedure] },
];
