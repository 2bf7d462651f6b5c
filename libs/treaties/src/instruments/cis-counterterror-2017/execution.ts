import { HOUSE } from '../../house.js';
import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { UNSPOKEN } from '../procedure.js';

const { explicit, inferred } = provisionsOf('cis-counterterror-2017');

const otherCooperation = inferred(
  '12',
  'Для реализации Соглашения органы сотрудничают и иначе.',
  'Келісімді іске асыру үшін органдар өзге ынтымақтастықты да жүзеге асырады.',
  'To carry out the agreement authorities cooperate otherwise too.',
);

const withReason = explicit(
  '8.2.b',
  'Об отсрочке и условиях исполнения информируют с указанием причины.',
  'Кейінге қалдыру және орындау шарттары туралы себебі көрсетіле отырып хабарланады.',
  'Postponement and conditions are notified with their reason.',
);

/** Articles 4, 8, 12 and 14: what goes with execution. */
export const execution: readonly Operation[] = [
  {
    op: 'allow',
    on: ['result'],
    by: [
      explicit(
        '8.2.a',
        'О принятых мерах и их результатах информируют.',
        'Қолданылған іс-қимылдар және олардың нәтижелері туралы хабарланады.',
        'Actions taken and their results are reported.',
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
        'Obstacles are reported with the answer.',
      ),
    ],
  },
  { op: 'allow', on: ['postponement', 'conditions'], by: [withReason] },
  {
    op: 'allow',
    on: ['conditions-answer'],
    by: [
      inferred(
        '8.2.b',
        'На сообщённые условия исполнения запрашивающий орган отвечает.',
        'Хабарланған орындау шарттарына сұрау салушы орган жауап береді.',
        'The requester answers on the conditions that were notified to it.',
      ),
    ],
  },
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
  {
    op: 'forwarding',
    on: ['forwarded'],
    unlisted: false,
    unmet: inferred(
      '12',
      'Запрос передают только компетентному органу того же государства; инициатору об этом сообщают.',
      'Сұрау салу тек сол мемлекеттің құзыретті органына беріледі; бұл туралы бастамашыға хабарланады.',
      'A request is passed only to a competent authority of the same state; the initiator is notified.',
    ),
  },
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
        'Other purposes require the consent of the provider.',
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
    op: 'caution',
    on: ['costs'],
    warning: explicit(
      '4.1.a',
      'Обмен информацией безвозмездный.',
      'Ақпарат алмасу өтеусіз негізде жүзеге асырылады.',
      'Exchange is free of charge.',
    ),
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
      explicit(
        '12',
        'Для реализации Соглашения компетентные органы проводят совместные консультации.',
        'Келісімді іске асыру мақсатында құзыретті органдар бірлескен консультациялар өткізеді.',
        'To carry out the agreement competent authorities hold joint consultations.',
      ),
    ],
    withOrgan: [
      inferred(
        '14',
        'Спорные вопросы решаются путём консультаций и с органом СНГ.',
        'Даулы мәселелер ТМД органымен де консультациялар арқылы шешіледі.',
        'Disputes are settled by consultation with a CIS organ too.',
      ),
      inferred(
        '12',
        'Консультации для реализации Соглашения проводят и с органом СНГ.',
        'Келісімді іске асыру үшін ТМД органымен де консультациялар өткізіледі.',
        'To carry out the agreement there are consultations with a CIS organ too.',
      ),
    ],
  },
  {
    op: 'allow',
    on: [
      'confirmation',
      'attendance-request',
      'attendance-answer',
      'costs',
      ...UNSPOKEN,
      'term-proposal',
      'term-answer',
    ],
    by: [HOUSE.procedure],
  },
];
