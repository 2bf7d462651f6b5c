import type { InformationRules, StateSecrets } from '../../operations.js';
import { provisionsOf } from '../../provision.js';

const { explicit, inferred } = provisionsOf('cis-infosec-2013');

const notDisclosed = inferred(
  '6.1',
  'Информация ограниченного доступа не разглашается без согласия предоставившего органа.',
  'Қолжетімділігі шектеулі ақпарат берген органның келісімінсіз жария етілмейді.',
  'Restricted information is not disclosed without the consent of the provider.',
);

/** Article 6.1 protects restricted information only; article 3 says what the exchange is for. */
export const information: InformationRules = {
  free: {
    upTo: 'open',
    met: inferred(
      '6.1',
      'Открытую информацию можно свободно использовать и передавать.',
      'Ашық ақпаратты еркін пайдалануға және беруге болады.',
      'Open information is free to use and to pass on.',
    ),
  },
  purpose: {
    written: false,
    given: inferred(
      '3',
      'Использование по тем направлениям, для которых информация дана.',
      'Ақпарат берілген бағыттар бойынша пайдалану.',
      'Use on the directions for which the information was given.',
    ),
    consented: inferred(
      '3',
      'Иная цель: согласие предоставившего органа получено.',
      'Өзге мақсат: берген органның келісімі алынған.',
      'Another purpose, with the consent of the provider.',
    ),
    unmet: [
      inferred(
        '3',
        'Иная цель: требуется согласие предоставившего органа.',
        'Өзге мақсат: берген органның келісімі талап етіледі.',
        'Another purpose requires the consent of the provider.',
      ),
      notDisclosed,
    ],
    conditions: inferred(
      '3',
      'Соблюдайте пределы, в которых дано согласие на иную цель.',
      'Өзге мақсатқа келісім берілген шектерді сақтаңыз.',
      'Observe the limits within which another purpose was consented to.',
    ),
  },
  onward: {
    written: false,
    noThirdParty: inferred(
      '6.1',
      'Получатель – не третья сторона для этой информации.',
      'Алушы бұл ақпарат үшін үшінші тарап емес.',
      'The recipient is no third party to this information.',
    ),
    met: [
      inferred(
        '6.1',
        'Передача с согласия предоставившего органа.',
        'Берген органның келісімімен беру.',
        'Passed on with the consent of the provider.',
      ),
    ],
    unmet: [notDisclosed],
    conditions: inferred(
      '6.1',
      'Соблюдайте пределы, в которых дано согласие на передачу.',
      'Беруге келісім берілген шектерді сақтаңыз.',
      'Observe the limits within which the passing on was consented to.',
    ),
  },
  spontaneous: null,
  disclosure: null,
  conditions: inferred(
    '6.1',
    'Соблюдайте условия защиты информации.',
    'Ақпаратты қорғау шарттарын сақтаңыз.',
    'Observe the conditions of protection.',
  ),
};

/** Article 6.2: never under this agreement; no channel and no consent can lift it. */
export const stateSecrets: StateSecrets = {
  regime: 'never',
  unmet: [
    explicit(
      '6.2',
      'Государственная тайна в рамках Соглашения не передаётся.',
      'Мемлекеттік құпияға жатқызылған мәліметтер осы Келісім шеңберінде берілмейді.',
      'State secrets are not transferred under this agreement.',
    ),
  ],
};
