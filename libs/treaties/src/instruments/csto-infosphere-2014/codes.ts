import type { Codes } from '../../instrument.js';
import { text } from '../../text.js';

/** Articles 3, 5 and 6.2; the text does not letter 3 and 6.2: order of the text (MATRIX section 9). */
export const codes: Codes = {
  offences: {
    '3.1.a': text(
      'Против основ конституционного строя и безопасности государства',
      'Конституциялық құрылыстың негіздеріне және мемлекеттің қауіпсіздігіне қарсы',
      'Against the constitutional order and state security',
    ),
    '3.1.b': text(
      'Против мира и безопасности человечества',
      'Бейбітшілікке және адамзат қауіпсіздігіне қарсы',
      'Against the peace and security of mankind',
    ),
    '3.1.c': text(
      'В сфере информационных технологий',
      'Ақпараттық технологиялар саласында',
      'In the sphere of information technology',
    ),
  },
  forms: {
    '5.1': text('Обмен информацией', 'Ақпарат алмасу', 'Exchange of information'),
    '5.2': text(
      'Оперативно-розыскные мероприятия и процессуальные действия',
      'Жедел-іздестіру іс-шаралары және процестік әрекеттер',
      'Operational-search measures and procedural actions',
    ),
    '5.3': text(
      'Скоординированные мероприятия и операции',
      'Үйлестірілген іс-шаралар мен операциялар',
      'Coordinated measures and operations',
    ),
    '5.4': text(
      'Подготовка и повышение квалификации кадров',
      'Кадрларды даярлау және олардың біліктілігін арттыру',
      'Training of staff',
    ),
    '5.5': text('Создание информационных систем', 'Ақпараттық жүйелер құру', 'Creating information systems'),
    '5.6': text(
      'Совместные научные исследования и обмен литературой',
      'Бірлескен ғылыми зерттеулер және әдебиетпен алмасу',
      'Joint research and exchange of literature',
    ),
    '5.7': text(
      'Другие взаимоприемлемые формы',
      'Өзара қолайлы басқа да нысандар',
      'Other mutually acceptable forms',
    ),
  },
  contents: {
    '6.2.a': {
      mandatory: true,
      text: text(
        'наименования обоих уполномоченных компетентных органов',
        'екі уәкілетті құзыретті органның атауы',
        'names of both bodies',
      ),
    },
    '6.2.b': {
      mandatory: true,
      text: text(
        'цели и обоснование обращения',
        'өтініштің мақсаттары мен негіздемесі',
        'purposes and justification',
      ),
    },
    '6.2.c': {
      mandatory: true,
      text: text('существо вопроса', 'мәселенің мәні', 'the substance of the matter'),
    },
    '6.2.d': {
      mandatory: true,
      text: text(
        'содержание запрашиваемого содействия',
        'сұрау салынған жәрдемнің мазмұны',
        'the assistance asked for',
      ),
    },
    '6.2.e': {
      mandatory: true,
      text: text(
        'предусмотренные законодательством сроки исполнения',
        'заңнамада көзделген орындау мерзімдері',
        'terms of execution provided by legislation',
      ),
    },
    '6.2.f': {
      mandatory: false,
      text: text('другая полезная информация', 'пайдалы өзге ақпарат', 'anything else useful'),
    },
  },
};
