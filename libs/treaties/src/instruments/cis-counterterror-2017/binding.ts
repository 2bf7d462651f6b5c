import type { Binding } from '../../instrument.js';
import { CIS_STATES } from '../../states.js';
import { text } from '../../text.js';

/** Articles 16, 17 and 18. */
export const binding: Binding = {
  openTo: CIS_STATES,
  entry: {
    notifications: 3,
    days: 30,
    rule: {
      cite: 'cis-counterterror-2017#16',
      basis: 'explicit',
      text: text(
        'Соглашение вступает в силу по истечении 30 дней с даты получения депозитарием третьего уведомления; для выполнивших процедуры позднее – 30 дней с даты получения их документов.',
        'Келісім депозитарий үшінші хабарламаны алған күннен бастап 30 күн өткен соң күшіне енеді; рәсімдерді кейін орындағандар үшін – тиісті құжаттар алынған күннен бастап 30 күн өткен соң.',
        'In force 30 days after the depositary has the third notification; for later ratifiers, 30 days after their own.',
      ),
    },
  },
  accession: {
    days: 30,
    rule: {
      cite: 'cis-counterterror-2017#17',
      basis: 'explicit',
      text: text(
        'Для присоединяющегося государства Соглашение вступает в силу по истечении 30 дней с даты получения документа о присоединении.',
        'Қосылатын мемлекет үшін Келісім қосылу туралы құжат алынған күннен бастап 30 күн өткен соң күшіне енеді.',
        'For an acceding state, in force 30 days after its document is received.',
      ),
    },
  },
  withdrawal: {
    months: 6,
    stateNamesDate: true,
    rule: {
      cite: 'cis-counterterror-2017#18',
      basis: 'explicit',
      text: text(
        'Сторона выходит из Соглашения, уведомив депозитарий не позднее чем за 6 месяцев до выхода.',
        'Тарап депозитарийді шыққанға дейін кемінде 6 ай бұрын хабардар етіп, Келісімнен шығады.',
        'A Party leaves on notice given at least six months before.',
      ),
    },
  },
  lastsAsLongAs: null,
  replacedBy: null,
};
