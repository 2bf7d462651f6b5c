import type { Provision } from './operations.js';
import { text } from './text.js';

/** Rules that rest on no article but on the cautious default of this product. */
export const HOUSE = {
  seal: {
    cite: 'valise#seal',
    basis: 'inferred',
    text: text(
      'Сообщение должно быть скреплено электронной печатью органа или его подразделения-отправителя.',
      'Хабарлама органның немесе оның жіберуші бөлімшесінің электрондық мөрімен бекітілуге тиіс.',
      'The message must carry the electronic seal of the authority, or of its unit that sends.',
    ),
  },
  level: {
    cite: 'valise#level',
    basis: 'inferred',
    text: text(
      'Сведения не передаются с грифом ниже грифа их источника.',
      'Мәліметтер дереккөзінің құпиялылық белгісінен төмен белгімен берілмейді.',
      'Nothing is passed on below the level of its source.',
    ),
  },
  procedure: {
    cite: 'valise#procedure',
    basis: 'inferred',
    text: text(
      'Процедурное сообщение в рамках дела: молчание договора о процедуре не означает запрета.',
      'Іс шеңберіндегі рәсімдік хабарлама: шарттың рәсім туралы үндемеуі тыйым салуды білдірмейді.',
      'A procedural message inside a case: silence on procedure is no prohibition.',
    ),
  },
  unusual: {
    cite: 'valise#procedure',
    basis: 'inferred',
    text: text(
      'Такое сообщение обычно направляет другая сторона или в рамках дела: договор этого не запрещает, решает сотрудник.',
      'Мұндай хабарламаны әдетте басқа тарап немесе іс шеңберінде жібереді: шарт бұған тыйым салмайды, шешімді қызметкер қабылдайды.',
      'Such a message usually comes from the other side, or inside a case: nothing forbids it, the officer decides.',
    ),
  },
  conduct: {
    cite: 'valise#conduct',
    basis: 'inferred',
    text: text(
      'Ведение дела, в котором сведения предоставлены: чтение, оценка, перевод, исполнение и ответ иной цели не требуют.',
      'Мәліметтер берілген істі жүргізу: оқу, бағалау, аудару, орындау және жауап беру өзге мақсатты қажет етпейді.',
      'Conduct of the case in which it was given: reading, assessing, translating, executing and answering need no further purpose.',
    ),
  },
  continuing: {
    cite: 'valise#continuing',
    basis: 'inferred',
    text: text(
      'Одна из сторон более не связана договором, но ограничения на уже предоставленные сведения продолжают действовать: то, что их касается, можно направлять.',
      'Тараптардың бірі бұдан былай шартпен байланысты емес, бірақ бұрын берілген мәліметтерге қойылған шектеулер қолданыла береді: оларға қатыстыны жіберуге болады.',
      'One side is no longer bound, but the constraints on what was already given go on: what concerns them may be sent.',
    ),
  },
  account: {
    cite: 'valise#account',
    basis: 'inferred',
    text: text(
      'Отчёт о законно использованных сведениях и защита такого использования в суде остаются возможными.',
      'Заңды пайдаланылған мәліметтер туралы есеп беру және мұндай пайдалануды сотта қорғау мүмкіндігі сақталады.',
      'To account for what was lawfully used, or to defend that use in court, stays possible.',
    ),
  },
  noRule: {
    cite: 'valise#no-rule',
    basis: 'inferred',
    text: text(
      'Ни одно положение договора этого не допускает.',
      'Шарттың бірде-бір ережесі бұған жол бермейді.',
      'Nothing in the instrument allows this.',
    ),
  },
} as const satisfies Record<string, Provision>;

export type House = Readonly<Record<keyof typeof HOUSE, Provision>>;
