import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { MESSAGE_TYPES } from '../../vocabulary.js';
import { codes } from './codes.js';
import { REQUESTS } from './request-types.js';

const { explicit, inferred } = provisionsOf('csto-infosphere-2014');

const direct = explicit(
  '4.1',
  'Сотрудничество осуществляется непосредственно между уполномоченными компетентными органами.',
  'Ынтымақтастық уәкілетті құзыретті органдар арасында тікелей жүзеге асырылады.',
  'The authorised competent bodies cooperate directly.',
);

const unlisted = explicit(
  '4.2',
  'Об этом органе как уполномоченном компетентном на этот день Генеральный секретарь ОДКБ не уведомлён.',
  'ҰҚШҰ Бас хатшысы бұл органның осы күнгі уәкілетті құзыретті орган екені туралы хабардар етілмеген.',
  'The Secretary General has no notice of this body as an authorised competent one that day.',
);

/** Articles 3 to 5 and 13: who, on what ground, in which language. */
export const scope: readonly Operation[] = [
  {
    op: 'listed',
    on: MESSAGE_TYPES.filter((type) => type !== 'forwarded'),
    who: 'both',
    met: direct,
    unmet: unlisted,
  },
  { op: 'listed', on: ['forwarded'], who: 'sender', met: direct, unmet: unlisted },
  {
    op: 'between-parties',
    on: ['request'],
    unmet: inferred(
      '4.1',
      'Протокол регулирует сотрудничество Сторон: оба органа принадлежат одному государству.',
      'Хаттама Тараптардың ынтымақтастығын реттейді: екі орган да бір мемлекетке тиесілі.',
      'The Protocol governs cooperation between Parties; both bodies are of one state.',
    ),
  },
  {
    op: 'allow',
    on: ['request'],
    by: [
      explicit(
        '6.1',
        'Сотрудничество осуществляется на основании обращения.',
        'Ынтымақтастық өтініш негізінде жүзеге асырылады.',
        'Cooperation rests on a request.',
      ),
    ],
  },
  {
    op: 'allow',
    on: ['confirmation'],
    by: [
      explicit(
        '6.4',
        'Обращение, переданное техническими средствами, официально подтверждается письменно.',
        'Техникалық құралдармен берілген өтініш ресми түрде жазбаша расталады.',
        'A request sent by technical means is officially confirmed in writing.',
      ),
    ],
  },
  {
    op: 'forbid',
    on: ['standing-request', 'spontaneous'],
    unmet: inferred(
      '6.1',
      'Протокол знает только обращение: постоянно действующих обращений и инициативной информации в нём нет.',
      'Хаттама тек өтінішті көздейді: тұрақты болатын өтініш пен бастамашыл ақпараттандыру онда жоқ.',
      'The Protocol provides for requests only: no standing requests, no spontaneous information.',
    ),
  },
  {
    op: 'form',
    on: 'all',
    known: Object.keys(codes.forms),
    met: [],
    unmet: explicit(
      '5',
      'Форма сотрудничества не названа или её нет в статье 5.',
      'Ынтымақтастық нысаны көрсетілмеген немесе ол 5-бапта жоқ.',
      'The form of cooperation is not named or not one of article 5.',
    ),
  },
  {
    op: 'offence',
    on: 'all',
    known: Object.keys(codes.offences),
    unmet: explicit(
      '3.1',
      'Названных преступлений нет в статье 3.',
      'Аталған қылмыстар 3-бапта жоқ.',
      'The crimes named are not those of article 3.',
    ),
    wanted: null,
  },
  {
    op: 'procedural',
    on: REQUESTS,
    agreement: 'legal-assistance',
    met: explicit(
      '5.2',
      'В соответствии с названным договором о правовой помощи или иным соответствующим договором, участниками которого являются обе Стороны.',
      'Екі Тарап та қатысушысы болып табылатын, аталған құқықтық көмек туралы шартқа немесе өзге тиісті шартқа сәйкес.',
      'In accordance with the treaty named, on legal assistance or another relevant one, to which both Parties are parties.',
    ),
    unmet: explicit(
      '5.2',
      'Процессуальные действия – только в соответствии с договорами о правовой помощи и другими соответствующими договорами Сторон: назовите тот, который есть в реестре и обязателен для обеих.',
      'Процестік әрекеттер – тек Тараптардың құқықтық көмек туралы шарттарына және басқа да тиісті шарттарына сәйкес: тізілімде бар және екеуі үшін де міндетті шартты атаңыз.',
      'Procedural actions only in accordance with treaties on legal assistance and other relevant treaties of the Parties: name one that the register has and that binds both.',
    ),
    otherwise: {
      forms: ['5.2'],
      warning: inferred(
        '5.2',
        'Договор не назван. Русский текст можно понять так, что договоры нужны и для оперативно-розыскных мероприятий; так говорит казахский перевод.',
        'Шарт аталмаған. Орыс мәтінін жедел-іздестіру іс-шаралары үшін де шарттар қажет деп түсінуге болады; қазақша аударма солай дейді.',
        'No treaty is named. The Russian text can be read as requiring one for operational-search measures too; the Kazakh translation says so.',
      ),
    },
  },
  {
    op: 'language',
    on: 'all',
    languages: ['ru'],
    met: explicit(
      '13',
      'Рабочий язык – русский.',
      'Жұмыс тілі – орыс тілі.',
      'The working language is Russian.',
    ),
    unmet: explicit(
      '13',
      'Основной текст должен быть на русском языке; переводы можно приложить.',
      'Негізгі мәтін орыс тілінде болуға тиіс; аудармаларды қоса беруге болады.',
      'The main text must be in Russian; translations may be attached.',
    ),
  },
];
