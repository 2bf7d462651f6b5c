import type { MessageType } from '#exchange';
import { MESSAGE_TYPES } from '#treaties';
import { isCarriedOverHttp } from '../outbound/who-sends.js';

const CASE = '018f3c7e-2b4a-7c3d-8e5f-1a2b3c4d5e6f';
const ITEMS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

/** A request as article 6.3 of the 2018 agreement requires it; all of it is invented. */
const request = {
  language: 'ru',
  form: '5.b',
  offences: ['3.1.b'],
  nexus: 'citizen',
  deadline: '2099-12-31T18:00:00Z',
  contents: Object.fromEntries(ITEMS.map((item) => [`6.3.${item}`, `Сведения пункта ${item} (пример).`])),
};
const information = {
  language: 'ru',
  form: '5.a',
  offences: ['3.1.b'],
  grounds: 'Представляет интерес для другой Стороны (пример).',
  text: 'Сведения о вредоносной программе (пример).',
};
const within = { language: 'ru', text: 'О ходе исполнения запроса (пример).' };

const BODIES: Partial<Record<MessageType, object>> = {
  request,
  spontaneous: information,
  result: {
    ...within,
    extent: 'final',
    purposes: [{ instrument: 'cis-it-crime-2018', activity: 'solving', offences: 'any', caseId: null }],
  },
  refusal: {
    ...within,
    refusal: {
      grounds: ['not-compliant'],
      reasons: 'Запрос не соответствует статье 6 (пример).',
      extent: 'full',
    },
  },
  postponement: { ...within, grounds: 'Исполнение помешает производству по делу (пример).' },
  conditions: { ...within, conditions: ['не использовать в суде (пример)'] },
  'conditions-answer': { ...within, agreed: true },
  'confidentiality-answer': { ...within, agreed: true },
  'attendance-answer': { ...within, agreed: false },
};
const OPENING: readonly MessageType[] = ['request', 'standing-request', 'spontaneous'];
/** The instrument that knows this kind of request. */
const INSTRUMENTS: Partial<Record<MessageType, string>> = { 'standing-request': 'cis-counterterror-2017' };

/** One request for each type of message that is taken over HTTP, for the documentation; a test validates them all. */
export const MESSAGE_EXAMPLES = Object.fromEntries(
  MESSAGE_TYPES.filter(isCarriedOverHttp).map((type) => [type, exampleOf(type)]),
);

function exampleOf(type: MessageType) {
  return {
    instrument: INSTRUMENTS[type] ?? 'cis-it-crime-2018',
    to: 'by-mvd',
    type,
    ...(!OPENING.includes(type) && { case: CASE, re: CASE }),
    level: 'open',
    body: BODIES[type] ?? (OPENING.includes(type) ? information : within),
  };
}
