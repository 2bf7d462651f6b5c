import type { InformationRules, StateSecrets } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit, inferred } = provisionsOf('cis-counterterror-2017');

const ownersRegime = inferred(
  '4.1.b',
  'Правовой режим, установленный собственником, обязателен для владельца и пользователя.',
  'Меншік иесі белгілеген құқықтық режим иеленуші мен пайдаланушы үшін міндетті.',
  'The legal regime set by the owner binds holder and user.',
);

/** Articles 4.1.b, 7.2 and 8.4. */
export const information: InformationRules = {
  free: null,
  purpose: {
    written: false,
    given: explicit(
      '7.2',
      'Использование в целях, для которых информация дана.',
      'Ақпарат берілген мақсаттарда пайдалану.',
      'Use for the purposes for which the information was given.',
    ),
    consented: inferred(
      '7.2',
      'Иная цель: согласие предоставившего органа получено.',
      'Өзге мақсат: берген органның келісімі алынған.',
      'Another purpose, with the consent of the provider.',
    ),
    unmet: [
      inferred(
        '7.2',
        'Информация дана при условии использования только в этих целях: требуется согласие предоставившего органа.',
        'Ақпарат тек осы мақсаттарда пайдалану шартымен берілген: берген органның келісімі талап етіледі.',
        'Given on condition of these purposes only: another requires the consent of the provider.',
      ),
    ],
    conditions: inferred(
      '7.2',
      'Соблюдайте пределы, в которых дано согласие на иную цель.',
      'Өзге мақсатқа келісім берілген шектерді сақтаңыз.',
      'Observe the limits within which another purpose was consented to.',
    ),
  },
  onward: {
    written: false,
    noThirdParty: inferred(
      '7.2',
      'Получатель – не третья сторона для этой информации.',
      'Алушы бұл ақпарат үшін үшінші тарап емес.',
      'The recipient is no third party to this information.',
    ),
    met: [
      inferred(
        '7.2',
        'Передача с согласия предоставившего органа.',
        'Берген органның келісімімен беру.',
        'Passed on with the consent of the provider.',
      ),
      ownersRegime,
    ],
    unmet: [
      inferred(
        '7.2',
        'Передача третьей стороне – иная цель: требуется согласие предоставившего органа.',
        'Үшінші тарапқа беру – өзге мақсат: берген органның келісімі талап етіледі.',
        'Passing on to a third party is another purpose: it requires the consent of the provider.',
      ),
      ownersRegime,
    ],
    conditions: inferred(
      '7.2',
      'Соблюдайте пределы, в которых дано согласие на передачу.',
      'Беруге келісім берілген шектерді сақтаңыз.',
      'Observe the limits within which the passing on was consented to.',
    ),
  },
  spontaneous: null,
  disclosure: {
    written: true,
    met: explicit(
      '8.4',
      'Предварительное письменное согласие запрашивающего органа получено.',
      'Сұрау салушы органның алдын ала жазбаша келісімі алынған.',
      'The requester gave its prior written consent.',
    ),
    own: inferred(
      '8.4',
      'Свой запрос: сообщать ли о нём, решает запрашивающий орган, и для него это не новость.',
      'Өз сұрау салуы: ол туралы айту-айтпауды сұрау салушы орган шешеді, және ол үшін бұл жаңалық емес.',
      'Its own request: the requesting authority, which knows of it already, decides whether to disclose it.',
    ),
    unmet: explicit(
      '8.4',
      'Информация о направлении запроса не разглашается без предварительного письменного согласия запрашивающего органа.',
      'Сұрау салудың жіберілгені туралы ақпарат сұрау салушы органның алдын ала жазбаша келісімінсіз жария етілмейді.',
      'That a request was sent is not disclosed without the prior written consent of the requester.',
    ),
    notAsked: null,
  },
  conditions: ownersRegime,
};

/** Articles 4.1.c, 4.2 and 6.1: an agreement that binds both, a decision in the concrete case, a channel accredited under the same agreement. */
export const stateSecrets: StateSecrets = {
  regime: 'agreement',
  agreements: 'any',
  organs: {
    agreements: ['cis-secrets-2013'],
    met: [
      inferred(
        '9.4',
        'Режим межгосударственной системы органа СНГ с секретной информацией должен включать меры защиты Соглашения от 25 октября 2013 года.',
        'ТМД органының құпия ақпараты бар мемлекетаралық жүйесінің режимі 2013 жылғы 25 қазандағы келісімнің қорғау шараларын қамтуға тиіс.',
        'The regime of a CIS organ’s interstate system with classified information must include the measures of the agreement of 25 October 2013.',
      ),
    ],
    unmet: [
      inferred(
        '9.4',
        'С органом СНГ секретной информацией обмениваются только по Соглашению от 25 октября 2013 года о защите секретной информации.',
        'ТМД органымен құпия ақпарат тек 2013 жылғы 25 қазандағы құпия ақпаратты қорғау туралы келісім бойынша алмасылады.',
        'With a CIS organ classified information is exchanged only under the agreement of 25 October 2013 on its protection.',
      ),
    ],
  },
  met: [
    explicit(
      '4.1.c',
      'Секретная информация защищается договором, обязательным для обеих сторон; получатель допущен по нему.',
      'Құпия ақпарат екі тарап үшін міндетті шартпен қорғалады; алушыға сол бойынша рұқсат берілген.',
      'Classified information is protected by an agreement that binds both; the receiver is cleared under it.',
    ),
  ],
  unmet: [
    explicit(
      '4.1.c',
      'Нет договора о защите секретной информации, обязательного для обеих сторон, по которому получатель допущен.',
      'Екі тарап үшін міндетті және алушыға рұқсат беретін құпия ақпаратты қорғау шарты жоқ.',
      'No agreement on protecting classified information binds both sides and clears the receiver.',
    ),
  ],
  noChannel: [
    inferred(
      '6.1',
      'Канал не аккредитован по тому же договору: по дипломатическим каналам с использованием фельдъегерской службы или иным согласованным способом.',
      'Арна сол шарт бойынша аккредиттелмеген: фельдъегерлік қызметті пайдалана отырып дипломатиялық арналар арқылы немесе келісілген өзге тәсілмен.',
      'The channel is not accredited under the same agreement: through diplomatic channels by courier service, or in another agreed way.',
    ),
  ],
  decision: {
    met: explicit(
      '4.2',
      'Решение о передаче в данном конкретном случае принято.',
      'Осы нақты жағдайда беру туралы шешім қабылданған.',
      'The decision to release in this concrete case is on record.',
    ),
    unmet: explicit(
      '4.2',
      'Передача секретной информации – по решению в каждом конкретном случае: решения нет.',
      'Құпия ақпаратты беру – әрбір нақты жағдайдағы шешім бойынша: шешім жоқ.',
      'Classified information is released by a decision in each concrete case: none is on record.',
    ),
    national: {
      met: explicit(
        '9.2',
        'Из национальной информационной системы передаются сведения, о передаче которых принято решение.',
        'Ұлттық ақпараттық жүйеден беру туралы шешім қабылданған мәліметтер беріледі.',
        'The release from a national information system was decided.',
      ),
      unmet: explicit(
        '9.2',
        'Из национальной информационной системы передаются только сведения, о передаче которых принято решение по национальному законодательству.',
        'Ұлттық ақпараттық жүйеден тек ұлттық заңнамаға сәйкес беру туралы шешім қабылданған мәліметтер беріледі.',
        'Only what was decided to be released under national law leaves a national information system.',
      ),
    },
  },
};
