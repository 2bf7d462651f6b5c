/** What every way of sending carries: spontaneous information, which needs no head's signature (2018 article 6.1). */
export const SENDER = 'kz-knb';
export const RECIPIENT = 'by-mvd';

/** A page or so of an officer's Russian: about 4 kB of payload, as most messages of the exchange have. */
const PARAGRAPH =
  'Установлено, что вредоносная программа распространяется с сервера, размещённого на территории Республики Беларусь; ' +
  'сведения о пользователе сервера и о соединениях прилагаются (пример). ';
const PARAGRAPHS = 9;

export const MESSAGE = {
  instrument: 'cis-it-crime-2018',
  to: RECIPIENT,
  type: 'spontaneous',
  level: 'restricted' as const,
  body: {
    language: 'ru',
    form: '5.a',
    offences: ['3.1.b'],
    nexus: 'territory',
    grounds: 'Сервер, с которого распространяется программа, находится на территории получателя (пример).',
    text: PARAGRAPH.repeat(PARAGRAPHS),
    purposes: [
      { instrument: 'cis-it-crime-2018', activity: 'investigation', offences: ['3.1.b'], caseId: null },
    ],
  },
};
