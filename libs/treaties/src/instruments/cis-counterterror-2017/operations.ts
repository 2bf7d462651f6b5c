import { HOUSE } from '../../house.js';
import type { Operation, Types } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { requestProcedure } from '../procedure.js';
import { codes } from './codes.js';

const { explicit, inferred } = provisionsOf('cis-counterterror-2017');

const REQUESTS: Types = ['request', 'standing-request'];

/** Articles 2, 5, 7, 12 and 19: who, on what ground, in which language. CIS organs take part. */
const scope: readonly Operation[] = [
  {
    op: 'listed',
    on: 'all',
    who: 'both',
    met: explicit(
      '5.1',
      'Обмен ведут компетентные органы из перечней Сторон и органы СНГ.',
      'Алмасуды Тараптар тізбелеріндегі құзыретті органдар мен ТМД органдары жүргізеді.',
      'Exchange is between listed competent authorities and CIS organs.',
    ),
    unmet: explicit(
      '5.1',
      'Отправителя или получателя в этот день нет в перечне компетентных органов.',
      'Бұл күні жіберуші немесе алушы құзыретті органдардың тізбесінде жоқ.',
      'Sender or receiver is not on the list of competent authorities that day.',
    ),
  },
  {
    op: 'between-parties',
    on: ['request', 'standing-request', 'spontaneous'],
    unmet: inferred(
      '2',
      'Соглашение регулирует обмен между Сторонами и с органами СНГ: оба органа принадлежат одному государству.',
      'Келісім Тараптар арасындағы және ТМД органдарымен алмасуды реттейді: екі орган да бір мемлекетке тиесілі.',
      'The agreement governs exchange between Parties and with CIS organs; both authorities are of one state.',
    ),
  },
  {
    op: 'allow',
    on: ['request'],
    by: [
      explicit(
        '7.1.a',
        'Разовый запрос: есть ли сведения в информационной системе и каковы они.',
        'Біржолғы сұрау салу: ақпараттық жүйеде мәліметтердің бар-жоғы және олардың мазмұны.',
        'One-off request: does the system hold it, and what.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['standing-request'],
    by: [
      explicit(
        '7.1.b',
        'Постоянно действующий запрос: ответ по мере поступления информации.',
        'Тұрақты болатын сұрау салу: ақпараттың түсуіне қарай жауап беріледі.',
        'Standing request: answered as matching information arrives.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['spontaneous'],
    by: [
      explicit(
        '7.1.c',
        'Инициативная информация о поступлении сведений.',
        'Тиісті ақпараттың түсуі туралы бастамашыл ақпараттандыру.',
        'Given unasked, on arrival.',
      ),
    ],
  },
  {
    op: 'grounds',
    on: ['standing-request'],
    unmet: inferred(
      '7.1.b',
      'Укажите критерии, по которым ответ даётся по мере поступления информации.',
      'Ақпараттың түсуіне қарай жауап берілетін өлшемшарттарды көрсетіңіз.',
      'State the criteria by which information is answered as it arrives.',
    ),
  },
  {
    op: 'form',
    on: 'all',
    known: Object.keys(codes.forms),
    met: [
      {
        forms: ['2'],
        met: explicit(
          '2',
          'Обмен информацией – предмет Соглашения.',
          'Ақпарат алмасу – Келісімнің нысанасы.',
          'Exchange of information is the subject of the agreement.',
        ),
      },
      {
        forms: ['12'],
        met: explicit(
          '12',
          'Консультации, обмен правовыми актами, иное сотрудничество.',
          'Консультациялар, құқықтық актілермен алмасу, өзге ынтымақтастық.',
          'Consultations, exchange of legal acts, other cooperation.',
        ),
      },
    ],
    unmet: explicit(
      '2',
      'Форма сотрудничества не названа или Соглашение её не знает.',
      'Ынтымақтастық нысаны көрсетілмеген немесе Келісімде ол жоқ.',
      'The form of cooperation is not named or unknown to the agreement.',
    ),
  },
  {
    op: 'offence',
    on: 'all',
    known: [],
    wantedFor: [],
    unmet: explicit(
      '2',
      'Соглашение не знает перечня деяний: код чужой.',
      'Келісімде іс-әрекеттер тізбесі жоқ: код бөтен.',
      'The agreement lists no offences: the code is foreign.',
    ),
    missing: explicit(
      '2',
      'Соглашение не знает перечня деяний.',
      'Келісімде іс-әрекеттер тізбесі жоқ.',
      'The agreement lists no offences.',
    ),
  },
  {
    op: 'language',
    on: 'all',
    languages: ['ru'],
    met: explicit(
      '19',
      'Рабочий язык – русский.',
      'Жұмыс тілі – орыс тілі.',
      'The working language is Russian.',
    ),
    unmet: explicit(
      '19',
      'Основной текст должен быть на русском языке; переводы можно приложить.',
      'Негізгі мәтін орыс тілінде болуға тиіс; аудармаларды қоса беруге болады.',
      'The main text must be in Russian; translations may be attached.',
    ),
  },
];

/** Articles 6 and 8.1: contents and form of the request. */
const requests: readonly Operation[] = [
  {
    op: 'contents-known',
    on: 'all',
    known: Object.keys(codes.contents),
    unmet: explicit(
      '8.1',
      'Указан пункт содержания, которого нет в статье 8.1.',
      '8.1-бапта жоқ мазмұн тармағы көрсетілген.',
      'An item of contents that article 8.1 does not have.',
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
  { op: 'seal', on: REQUESTS, channel: 'any', unitSeal: false, unmet: HOUSE.seal },
  { op: 'seal', on: 'all', channel: 'bus', unitSeal: false, unmet: HOUSE.seal },
  {
    op: 'deadline',
    on: REQUESTS,
    duty: 'answer',
    days: 30,
    rule: explicit(
      '8.2',
      'Ответ в возможно короткий срок, но не позднее 30 дней со дня получения.',
      'Жауап мүмкіндігінше қысқа мерзімде, бірақ алынған күннен бастап 30 күннен кешіктірмей беріледі.',
      'Answered as soon as possible, at latest 30 days from receipt.',
    ),
  },
];

const otherCooperation = inferred(
  '12',
  'Для реализации Соглашения органы проводят консультации и сотрудничают иначе.',
  'Келісімді іске асыру үшін органдар консультациялар өткізеді және өзге ынтымақтастықты жүзеге асырады.',
  'To carry out the agreement authorities consult and cooperate otherwise.',
);
const withReason = explicit(
  '8.2.b',
  'Об отсрочке и условиях исполнения информируют с указанием причины.',
  'Кейінге қалдыру және орындау шарттары туралы себебі көрсетіле отырып хабарланады.',
  'Postponement and conditions are told with their reason.',
);

/** Articles 4, 8, 12 and 14: what goes with execution. */
const execution: readonly Operation[] = [
  {
    op: 'allow',
    on: ['result'],
    by: [
      explicit(
        '8.2.a',
        'О принятых мерах и их результатах информируют.',
        'Қолданылған іс-қимылдар және олардың нәтижелері туралы хабарланады.',
        'Actions taken and their results are told.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['obstacle'],
    by: [
      inferred(
        '8.2',
        'О препятствиях сообщают с ответом.',
        'Кедергілер туралы жауаппен бірге хабарланады.',
        'Obstacles are told with the answer.',
      ),
    ],
  },
  { op: 'allow', on: ['postponement', 'conditions', 'conditions-answer'], by: [withReason] },
  {
    op: 'grounds',
    on: ['postponement', 'conditions'],
    unmet: explicit(
      '8.2.b',
      'Укажите причину отсрочки или условий.',
      'Кейінге қалдырудың немесе шарттардың себебін көрсетіңіз.',
      'State the reason of the postponement or conditions.',
    ),
  },
  {
    op: 'allow',
    on: ['forwarded', 'additional-information-request', 'additional-information'],
    by: [otherCooperation],
  },
  { op: 'forwarding', on: ['forwarded'], unlisted: false, unmet: otherCooperation },
  {
    op: 'allow',
    on: ['confidentiality-notice', 'confidentiality-answer'],
    by: [
      inferred(
        '8.4',
        'Информация о направлении запроса не разглашается без согласия.',
        'Сұрау салудың жіберілгені туралы ақпарат келісімсіз жария етілмейді.',
        'That a request was sent is not disclosed without consent.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['consent-request', 'consent-answer', 'consent-revocation'],
    by: [
      inferred(
        '7.2',
        'Использование в иных целях – с согласия предоставившего органа.',
        'Өзге мақсаттарда пайдалану – берген органның келісімімен.',
        'Other purposes want the consent of the provider.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['restriction'],
    by: [
      inferred(
        '4.1.b',
        'Правовой режим устанавливает собственник информации.',
        'Құқықтық режимді ақпараттың меншік иесі белгілейді.',
        'The owner of the information sets its legal regime.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['costs'],
    by: [
      explicit(
        '4.1.a',
        'Обмен информацией безвозмездный.',
        'Ақпарат алмасу өтеусіз негізде жүзеге асырылады.',
        'Exchange is free of charge.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['consultation'],
    by: [
      explicit(
        '14',
        'Спорные вопросы решаются путём консультаций и переговоров.',
        'Даулы мәселелер консультациялар және келіссөздер арқылы шешіледі.',
        'Disputes are settled by consultation and negotiation.',
      ),
      otherCooperation,
    ],
  },
  {
    op: 'allow',
    on: [
      'confirmation',
      'attendance-request',
      'attendance-answer',
      'return',
      'reminder',
      'withdrawal',
      'recall',
    ],
    by: [HOUSE.procedure],
  },
];

/** Articles 8.2.b and 8.3. */
const refusal: readonly Operation[] = [
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
    consultations: explicit(
      '14',
      'Спорные вопросы решаются путём консультаций.',
      'Даулы мәселелер консультациялар арқылы шешіледі.',
      'Disputes are settled by consultation.',
    ),
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

export const operations: readonly Operation[] = [
  ...scope,
  ...requests,
  ...execution,
  ...refusal,
  ...requestProcedure,
];
