import { HOUSE } from '../../house.js';
import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { MESSAGE_TYPES, type MessageType } from '../../vocabulary.js';
import { codes } from './codes.js';

const { explicit, inferred } = provisionsOf('cis-infosec-2013');

const OWN_ARTICLE = ['costs', 'consultation'];
/** Giving information; everything else serves that exchange, which the article does not spell out. */
const INFORMATION: readonly MessageType[] = ['spontaneous', 'result', 'additional-information', 'supplement'];

/** No request procedure: messages of any kind are the exchange of #9.1, without deadlines or refusal grounds. */
export const operations: readonly Operation[] = [
  {
    op: 'listed',
    on: 'all',
    who: 'both',
    met: explicit(
      '8.1',
      'Соглашение осуществляют уполномоченные органы из перечней, переданных депозитарию.',
      'Келісімді тізбелері депозитарийге берілген уәкілетті органдар іске асырады.',
      'The agreement is carried out by the authorised bodies of the lists given to the depositary.',
    ),
    unmet: explicit(
      '8.1',
      'Отправителя или получателя в этот день нет в перечне уполномоченных органов.',
      'Бұл күні жіберуші немесе алушы уәкілетті органдардың тізбесінде жоқ.',
      'Sender or receiver is not on the list of authorised bodies that day.',
    ),
  },
  {
    op: 'between-parties',
    on: ['request', 'standing-request', 'spontaneous'],
    unmet: inferred(
      '9.1',
      'Соглашение регулирует обмен между Сторонами: оба органа принадлежат одному государству.',
      'Келісім Тараптар арасындағы алмасуды реттейді: екі орган да бір мемлекетке тиесілі.',
      'The agreement governs exchange between Parties; both bodies are of one state.',
    ),
  },
  {
    op: 'allow',
    on: INFORMATION,
    by: [
      explicit(
        '9.1',
        'Уполномоченные органы обмениваются информацией по направлениям статьи 3.',
        'Уәкілетті органдар 3-баптағы бағыттар бойынша өзара ақпарат алмасады.',
        'Authorised bodies exchange information on the directions of article 3.',
      ),
    ],
  },
  {
    op: 'allow',
    on: MESSAGE_TYPES.filter((type) => !INFORMATION.includes(type) && !OWN_ARTICLE.includes(type)),
    by: [
      inferred(
        '9.1',
        'Соглашение не знает процедуры: запросы, разовые и постоянно действующие, и всё, что к ним относится, – часть этого обмена.',
        'Келісімде рәсім жоқ: біржолғы және тұрақты болатын сұрау салулар мен оларға қатыстының бәрі – осы алмасудың бөлігі.',
        'The agreement has no procedure: requests, one-off and standing ones, and all that goes with them are part of that exchange.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['costs'],
    by: [
      explicit(
        '7',
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
        '12',
        'Спорные вопросы решаются путём консультаций и переговоров.',
        'Даулы мәселелер консультациялар және келіссөздер арқылы шешіледі.',
        'Disputes are settled by consultation and negotiation.',
      ),
      explicit(
        '4.6',
        'Консультации проводятся и для согласования сотрудничества и повышения его эффективности.',
        'Консультациялар ынтымақтастықты үйлестіру және оның тиімділігін арттыру үшін де өткізіледі.',
        'Consultations are also held to coordinate cooperation and make it more effective.',
      ),
    ],
  },
  {
    op: 'form',
    on: 'all',
    known: Object.keys(codes.forms),
    met: [
      {
        forms: ['3.1', '3.2', '3.3'],
        met: explicit(
          '5.2',
          'Нормативные правовые акты доводятся до уполномоченных органов других Сторон.',
          'Нормативтік құқықтық актілер басқа Тараптардың уәкілетті органдарына жеткізіледі.',
          'Legal acts are brought to the authorised bodies of the other Parties.',
        ),
      },
      {
        forms: ['9.2'],
        met: explicit(
          '9.2',
          'Уполномоченные органы обмениваются опытом.',
          'Уәкілетті органдар тәжірибе алмасады.',
          'Authorised bodies exchange experience.',
        ),
      },
    ],
    unmet: explicit(
      '3',
      'Направление не названо или его нет в статье 3.',
      'Бағыт көрсетілмеген немесе ол 3-бапта жоқ.',
      'The direction is not named or not one of article 3.',
    ),
  },
  {
    op: 'offence',
    on: 'all',
    known: [],
    unmet: explicit(
      '2',
      'Соглашение не знает перечня деяний: код чужой.',
      'Келісімде іс-әрекеттер тізбесі жоқ: код бөтен.',
      'The agreement lists no offences: the code is foreign.',
    ),
    wanted: null,
  },
  {
    op: 'contents-known',
    on: 'all',
    known: [],
    unmet: inferred(
      '9.1',
      'Соглашение не знает пунктов содержания запроса: код чужой.',
      'Келісімде сұрау салу мазмұнының тармақтары жоқ: код бөтен.',
      'The agreement has no items of contents: the code is foreign.',
    ),
  },
  { op: 'seal', on: 'all', unmet: HOUSE.seal },
];
