import { HOUSE } from '../../house.js';
import type { Operation } from '../../operations.js';
import { provisionsOf } from '../../provision.js';
import { codes } from './codes.js';
import { REQUESTS } from './request-types.js';

const { explicit } = provisionsOf('cis-counterterror-2017');

/** Articles 6 and 8.1: contents and form of the request. */
export const requests: readonly Operation[] = [
  {
    op: 'contents-known',
    on: 'all',
    known: Object.keys(codes.contents),
    unmet: explicit(
      '8.1',
      'Указан пункт содержания, которого нет в статье 8.1.',
      '8.1-бапта жоқ мазмұн тармағы көрсетілген.',
      'An item of contents that article 8.1 does not have.',
    ),
  },
  ...Object.entries(codes.contents)
    .filter(([, item]) => item.mandatory)
    .map(([code, item]): Operation => ({
      op: 'content',
      on: REQUESTS,
      code,
      unmet: explicit(
        code,
        `В запросе не хватает: ${item.text.ru}.`,
        `Сұрау салуда жетіспейді: ${item.text.kk}.`,
        `The request lacks: ${item.text.en}.`,
      ),
    })),
  { op: 'seal', on: 'all', unmet: HOUSE.seal },
  {
    op: 'deadline',
    on: REQUESTS,
    duty: 'answer',
    days: 30,
    rule: explicit(
      '8.2',
      'Ответ в возможно короткий срок, но не позднее 30 дней со дня получения.',
      'Жауап мүмкіндігінше қысқа мерзімде, бірақ алынған күннен бастап 30 күннен кешіктірмей беріледі.',
      'Answered as soon as possible, at latest 30 days from receipt.',
    ),
  },
];
