import type { InformationRules, StateSecrets } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit, inferred } = provisionsOf('cis-it-crime-2018');

/** Articles 8 to 10: confidentiality, purpose, third parties. */
export const information: InformationRules = {
  free: null,
  purpose: {
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
        'Another purpose wants the written consent of the provider.',
      ),
    ],
  },
  onward: {
    written: true,
    noThirdParty: explicit(
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
        'Passing on to a third party wants the prior written consent of the provider.',
      ),
    ],
  },
  disclosure: {
    written: false,
    met: explicit(
      '8.1',
      'Запрашивающий орган согласен на разглашение.',
      'Сұрау салушы орган жария етуге келіседі.',
      'The requesting authority agrees to the disclosure.',
    ),
    unmet: explicit(
      '8.1',
      'Факт и содержание запроса конфиденциальны: запрашивающий орган считает разглашение нежелательным.',
      'Сұрау салу фактісі мен мазмұны құпия: сұрау салушы орган жария етуді қаламайды.',
      'The fact and content of the request are confidential: the requesting authority asked so.',
    ),
    notAsked: explicit(
      '8.1',
      'Запрашивающий орган не просил о конфиденциальности запроса.',
      'Сұрау салушы орган сұрау салудың құпиялылығын сұрамаған.',
      'The requesting authority did not ask for confidentiality of the request.',
    ),
  },
  conditions: explicit(
    '9.2',
    'Соблюдайте ограничения, установленные предоставившим органом.',
    'Берген орган белгілеген шектеулерді сақтаңыз.',
    'Observe the limits set by the provider.',
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
};
