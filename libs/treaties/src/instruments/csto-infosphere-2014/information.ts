import type { InformationRules, StateSecrets } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit, inferred } = provisionsOf('csto-infosphere-2014');

/** Article 10: confidentiality and purpose; the text says "consent", not "written consent". */
export const information: InformationRules = {
  free: null,
  purpose: {
    written: false,
    given: explicit(
      '10.2',
      'Использование в целях, указанных в обращении и согласованных.',
      'Өтініште көрсетілген және келісілген мақсаттарда пайдалану.',
      'Use for the purposes stated in the request and consented to.',
    ),
    consented: explicit(
      '10.2',
      'Иная цель: согласие запрашиваемого органа получено.',
      'Өзге мақсат: сұрау салынған органның келісімі алынған.',
      'Another purpose, with the consent of the requested body.',
    ),
    unmet: [
      explicit(
        '10.2',
        'Иная цель: требуется согласие запрашиваемого органа.',
        'Өзге мақсат: сұрау салынған органның келісімі талап етіледі.',
        'Another purpose requires the consent of the requested body.',
      ),
    ],
    conditions: inferred(
      '10.2',
      'Соблюдайте пределы, в которых дано согласие.',
      'Келісім берілген шектерді сақтаңыз.',
      'Observe the limits within which consent was given.',
    ),
  },
  onward: {
    written: false,
    noThirdParty: inferred(
      '10.2',
      'Получатель – не третья сторона для этой информации.',
      'Алушы бұл ақпарат үшін үшінші тарап емес.',
      'The recipient is no third party to this information.',
    ),
    met: [
      inferred(
        '10.2',
        'Передача третьей стороне с согласия предоставившего органа.',
        'Берген органның келісімімен үшінші тарапқа беру.',
        'Passed to a third party with the consent of the provider.',
      ),
    ],
    unmet: [
      inferred(
        '10.2',
        'Передача за пределы обращения – иное использование: требуется согласие предоставившего органа.',
        'Өтініштен тыс беру – өзге пайдалану: берген органның келісімі талап етіледі.',
        'Passing on outside the request is another use: it requires the consent of the provider.',
      ),
    ],
    conditions: inferred(
      '10.2',
      'Соблюдайте пределы, в которых дано согласие на передачу.',
      'Беруге келісім берілген шектерді сақтаңыз.',
      'Observe the limits within which the passing on was consented to.',
    ),
  },
  spontaneous: null,
  disclosure: {
    written: false,
    met: inferred(
      '10.1',
      'Запрашивающий орган согласен на разглашение.',
      'Сұрау салушы орган жария етуге келіседі.',
      'The requesting body agrees to the disclosure.',
    ),
    own: inferred(
      '10.1',
      'Своё обращение: сообщать ли о нём, решает запрашивающий орган, и для него это не новость.',
      'Өз өтініші: ол туралы айту-айтпауды сұрау салушы орган шешеді, және ол үшін бұл жаңалық емес.',
      'Its own request: the requesting body, which knows of it already, decides whether to disclose it.',
    ),
    unmet: inferred(
      '10.1',
      'Информация, связанная с исполнением обращения, конфиденциальна: требуется согласие запрашивающего органа.',
      'Өтінішті орындаумен байланысты ақпарат құпия: сұрау салушы органның келісімі талап етіледі.',
      'Information connected with executing the request is confidential: the requesting body must consent.',
    ),
    notAsked: null,
  },
  conditions: explicit(
    '7.6',
    'Соблюдайте принятые условия.',
    'Қабылданған шарттарды сақтаңыз.',
    'Observe the accepted conditions.',
  ),
};

/** Article 10.3: only by the order of the 2004 agreement. */
export const stateSecrets: StateSecrets = {
  regime: 'agreement',
  agreements: ['csto-secrets-2004'],
  organs: { agreements: [], met: [], unmet: [] },
  met: [
    explicit(
      '10.3',
      'Государственная тайна – в порядке Соглашения от 18 июня 2004 года: обе стороны связаны им, получатель допущен.',
      'Мемлекеттік құпия – 2004 жылғы 18 маусымдағы келісімнің тәртібімен: екі тарап та онымен байланысты, алушыға рұқсат берілген.',
      'State secrets by the order of the agreement of 18 June 2004: both are bound by it and the receiver is cleared.',
    ),
  ],
  unmet: [
    explicit(
      '10.3',
      'Нет оснований по Соглашению от 18 июня 2004 года: сторона им не связана или получатель не допущен к этому грифу.',
      '2004 жылғы 18 маусымдағы келісім бойынша негіз жоқ: тарап онымен байланысты емес немесе алушыға бұл белгіге рұқсат жоқ.',
      'Not under the agreement of 18 June 2004: a side is not bound by it or the receiver is not cleared to this level.',
    ),
  ],
  noChannel: [
    inferred(
      '10.3',
      'Порядок Соглашения 2004 года: канал не аккредитован по нему до этого грифа, по шине не направляется.',
      '2004 жылғы келісімнің тәртібі: арна ол бойынша осы белгіге дейін аккредиттелмеген, шинамен жіберілмейді.',
      'The order of the 2004 agreement: the channel is not accredited under it to this level, so not over the bus.',
    ),
  ],
  decision: null,
};
