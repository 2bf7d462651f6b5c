import type { Provision } from './operations.js';
import { text } from './text.js';

/** What rests on no article but on the careful default of this product. */
export const HOUSE = {
  seal: {
    cite: 'valise#seal',
    basis: 'inferred',
    text: text(
      'Сообщение должно быть скреплено электронной печатью компетентного органа.',
      'Хабарлама құзыретті органның электрондық мөрімен бекітілуге тиіс.',
      'The message must carry the electronic seal of the competent authority.',
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
