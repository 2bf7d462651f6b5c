import type { InformationRules, StateSecrets } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit, inferred } = provisionsOf('cis-it-crime-2018');

/** Articles 9 and 10 of what a request brought: results, in the words of #9. */
const purpose: InformationRules['purpose'] = {
  written: true,
  given: explicit(
    '9.1',
    'Использование в целях, в которых сведения запрашивались и были предоставлены.',
    'Мәліметтер сұралған және берілген мақсаттарда пайдалану.',
    'Use for the purpose asked and given.',
  ),
  consented: explicit(
    '9.2',
    'Иная цель: письменное согласие предоставившего органа получено.',
    'Өзге мақсат: берген органның жазбаша келісімі алынған.',
    'Another purpose, with the written consent of the provider.',
  ),
  unmet: [
    explicit(
      '9.2',
      'Иная цель: требуется письменное согласие предоставившего органа.',
      'Өзге мақсат: берген органның жазбаша келісімі талап етіледі.',
      'Another purpose requires the written consent of the provider.',
    ),
  ],
  conditions: explicit(
    '9.2',
    'Соблюдайте ограничения, установленные предоставившим органом.',
    'Берген орган белгілеген шектеулерді сақтаңыз.',
    'Observe the limits set by the provider.',
  ),
};

const onward: InformationRules['onward'] = {
  written: true,
  noThirdParty: inferred(
    '10',
    'Получатель – не третья сторона для этих сведений.',
    'Алушы бұл мәліметтер үшін үшінші тарап емес.',
    'The recipient is no third party to this information.',
  ),
  met: [
    explicit(
      '10',
      'Передача третьей стороне с предварительного письменного согласия предоставившего органа.',
      'Берген органның алдын ала жазбаша келісімімен үшінші тарапқа беру.',
      'Passed to a third party with the prior written consent of the provider.',
    ),
  ],
  unmet: [
    explicit(
      '10',
      'Для передачи третьей стороне требуется предварительное письменное согласие предоставившего органа.',
      'Үшінші тарапқа беру үшін берген органның алдын ала жазбаша келісімі талап етіледі.',
      'Passing on to a third party requires the prior written consent of the provider.',
    ),
  ],
  conditions: inferred(
    '9.2',
    'Соблюдайте ограничения, с которыми предоставивший орган согласился на передачу.',
    'Берген орган беруге келіскен кездегі шектеулерді сақтаңыз.',
    'Observe the limits with which the provider agreed to the passing on.',
  ),
};

/** #9 speaks of results and #10 of what the requester got: for spontaneous information the same holds by inference. */
const spontaneous: NonNullable<InformationRules['spontaneous']> = {
  purpose: {
    written: true,
    given: inferred(
      '9.1',
      'Использование в целях, для которых сведения предоставлены без запроса.',
      'Мәліметтер сұрау салусыз берілген мақсаттарда пайдалану.',
      'Use for the purposes for which it was given spontaneously.',
    ),
    consented: inferred(
      '9.2',
      'Сведения предоставлены без запроса; иная цель: письменное согласие предоставившего органа получено.',
      'Мәліметтер сұрау салусыз берілген; өзге мақсат: берген органның жазбаша келісімі алынған.',
      'Spontaneous information; another purpose, with the written consent of the provider.',
    ),
    unmet: [
      inferred(
        '9.2',
        'Сведения предоставлены без запроса; и тогда иная цель требует письменного согласия предоставившего органа.',
        'Мәліметтер сұрау салусыз берілген; онда да өзге мақсат берген органның жазбаша келісімін талап етеді.',
        'Spontaneous information: another purpose requires the written consent of the provider too.',
      ),
    ],
    conditions: inferred(
      '9.2',
      'Соблюдайте ограничения, установленные для предоставленного без запроса.',
      'Сұрау салусыз берілген мәліметтерге қойылған шектеулерді сақтаңыз.',
      'Observe the limits set for spontaneous information.',
    ),
  },
  onward: {
    written: true,
    noThirdParty: onward.noThirdParty,
    met: [
      inferred(
        '10',
        'Предоставленное без запроса передаётся третьей стороне с предварительного письменного согласия предоставившего органа.',
        'Сұрау салусыз берілген мәліметтер үшінші тарапқа берген органның алдын ала жазбаша келісімімен беріледі.',
        'Spontaneous information is passed to a third party with the prior written consent of the provider.',
      ),
    ],
    unmet: [
      inferred(
        '10',
        'И для передачи третьей стороне предоставленного без запроса требуется предварительное письменное согласие предоставившего органа.',
        'Сұрау салусыз берілген мәліметтерді үшінші тарапқа беру үшін де берген органның алдын ала жазбаша келісімі талап етіледі.',
        'Passing on spontaneous information requires the prior written consent of the provider too.',
      ),
    ],
    conditions: onward.conditions,
  },
  conditions: inferred(
    '7.6',
    'Соблюдайте условия, с которыми сведения предоставлены без запроса.',
    'Мәліметтер сұрау салусыз берілген шарттарды сақтаңыз.',
    'Observe the conditions with which it was given spontaneously.',
  ),
};

/** Articles 7.6 and 8 to 10: conditions, confidentiality, purpose, third parties. */
export const information: InformationRules = {
  free: null,
  purpose,
  onward,
  spontaneous,
  disclosure: {
    written: false,
    met: explicit(
      '8.1',
      'Запрашивающий орган согласен на разглашение.',
      'Сұрау салушы орган жария етуге келіседі.',
      'The requesting authority agrees to the disclosure.',
    ),
    own: inferred(
      '8.1',
      'Свой запрос: сообщать ли о нём, решает запрашивающий орган, и для него это не новость.',
      'Өз сұрау салуы: ол туралы айту-айтпауды сұрау салушы орган шешеді, және ол үшін бұл жаңалық емес.',
      'Its own request: the requesting authority, which knows of it already, decides whether to disclose it.',
    ),
    unmet: explicit(
      '8.1',
      'Факт и содержание запроса конфиденциальны: запрашивающий орган считает разглашение нежелательным.',
      'Сұрау салу фактісі мен мазмұны құпия: сұрау салушы орган жария етуді қаламайды.',
      'The fact and content of the request are confidential: the requesting authority asked so.',
    ),
    notAsked: inferred(
      '8.1',
      'Запрашивающий орган не просил о конфиденциальности запроса.',
      'Сұрау салушы орган сұрау салудың құпиялылығын сұрамаған.',
      'The requesting authority did not ask for confidentiality of the request.',
    ),
  },
  conditions: explicit(
    '7.6',
    'Соблюдайте принятые условия.',
    'Қабылданған шарттарды сақтаңыз.',
    'Observe the accepted conditions.',
  ),
};

/** Articles 8.1 and 13: state secrets are not governed here. */
export const stateSecrets: StateSecrets = {
  regime: 'other-treaties',
  organAgreements: ['cis-secrets-2013'],
  offBus: [
    inferred(
      '13',
      'Государственные секреты – только по договору о защите секретов, обязательному для обеих сторон, и не по электронной шине.',
      'Мемлекеттік құпиялар – екі тарап үшін міндетті құпияларды қорғау шарты бойынша ғана және электрондық шинамен емес.',
      'State secrets only under a secrecy agreement that binds both states, and not over the electronic bus.',
    ),
    inferred(
      '8.1',
      'Конфиденциальность сведений обеспечивается.',
      'Мәліметтердің құпиялылығы қамтамасыз етіледі.',
      'Confidentiality of information is ensured.',
    ),
  ],
  unmet: [
    inferred(
      '13',
      'Нет договора о защите секретов, обязательного для обеих сторон.',
      'Екі тарап үшін міндетті құпияларды қорғау шарты жоқ.',
      'No secrecy agreement binds both states.',
    ),
    inferred(
      '8.1',
      'Конфиденциальность государственных секретов не может быть обеспечена.',
      'Мемлекеттік құпиялардың құпиялылығын қамтамасыз ету мүмкін емес.',
      'Confidentiality of state secrets cannot be ensured.',
    ),
  ],
  uncleared: inferred(
    '13',
    'В реестре нет допуска получателя по договору о защите секретов, обязательному для обеих сторон: убедитесь в нём до отправки.',
    'Тізілімде алушының екі тарап үшін міндетті құпияларды қорғау шарты бойынша рұқсаты жоқ: жібермес бұрын оған көз жеткізіңіз.',
    'The register shows no clearance of the receiver under a secrecy agreement that binds both: make sure of it before sending.',
  ),
};
