/** What the guided exchange says: sample texts, in the treaties' working language. */

export const REQUESTER = 'kz-knb';
export const REQUESTED = 'by-mvd';
export const INSTRUMENT = 'cis-it-crime-2018';
/** Malicious software, against citizens of the requester. */
const MATTER = { form: '5.b', offences: ['3.1.b'], nexus: 'citizen' };

interface Known {
  readonly id: string;
  readonly case: string;
}

export function requestOf() {
  return {
    instrument: INSTRUMENT,
    to: REQUESTED,
    type: 'request',
    level: 'restricted',
    body: {
      language: 'ru',
      ...MATTER,
      deadline: new Date(Date.now() + 30 * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z'),
      confidential: true,
      contents: {
        '6.3.a':
          'Комитет национальной безопасности Республики Казахстан – Министерство внутренних дел Республики Беларусь',
        '6.3.b':
          'Распространение вредоносной программы с сервера, размещённого на территории Республики Беларусь (пример).',
        '6.3.c':
          'Раскрытие и расследование преступления, совершённого в отношении граждан Республики Казахстан.',
        '6.3.d': 'Сведения о пользователе сервера и образ его дисков.',
        '6.3.e': 'В течение 30 дней.',
        '6.3.f': 'Контрольные суммы образцов вредоносной программы прилагаются к делу.',
        '6.3.g':
          'Соглашение о сотрудничестве государств – участников СНГ в борьбе с преступлениями в сфере информационных технологий от 28 сентября 2018 года.',
      },
    },
  };
}

export function resultOf(request: Known, attachment: string) {
  const purposes = ['solving', 'investigation'].map((activity) => ({
    instrument: INSTRUMENT,
    activity,
    offences: ['3.1.b'],
    caseId: request.case,
  }));
  const body = {
    language: 'ru',
    ...MATTER,
    text: 'Запрос исполнен: сведения о пользователе сервера и образ дисков (пример).',
    extent: 'final',
    purposes,
  };
  return {
    instrument: INSTRUMENT,
    to: REQUESTER,
    type: 'result',
    case: request.case,
    re: request.id,
    level: 'restricted',
    body,
    attachments: [attachment],
  };
}

export function standingRequestOf() {
  const body = {
    language: 'ru',
    form: '5.a',
    offences: ['3.1.b'],
    grounds: 'Все сведения о вредоносных программах, по мере поступления (пример).',
  };
  return { instrument: INSTRUMENT, to: REQUESTER, type: 'standing-request', level: 'open', body };
}

export function reminderOf(request: Known) {
  const body = { language: 'ru', ...MATTER, text: 'Благодарим за исполнение запроса (пример).' };
  return {
    instrument: INSTRUMENT,
    to: REQUESTED,
    type: 'consultation',
    case: request.case,
    re: request.id,
    level: 'open',
    body,
  };
}
