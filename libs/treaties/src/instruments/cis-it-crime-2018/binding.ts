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
      cite: 'cis-it-crime-2018#17.1',
      basis: 'explicit',
      text: text(
        'Соглашение вступает в силу по истечении 30 дней с даты получения депозитарием третьего уведомления; для выполнивших процедуры позднее – 30 дней с даты получения их документов.',
        'Келісім депозитарий үшінші хабарламаны алған күннен бастап 30 күн өткен соң күшіне енеді; рәсімдерді кейін орындағандар үшін – олардың құжаттары алынған күннен бастап 30 күн өткен соң.',
        'In force 30 days after the depositary has the third notification; for later ratifiers, 30 days after their own.',
      ),
    },
  },
  accession: {
    days: 30,
    rule: {
      cite: 'cis-it-crime-2018#16',
      basis: 'explicit',
      text: text(
        'Для присоединяющегося государства – участника СНГ Соглашение вступает в силу по истечении 30 дней с даты получения документа о присоединении.',
        'ТМД-ға қатысушы қосылатын мемлекет үшін Келісім қосылу туралы құжат алынған күннен бастап 30 күн өткен соң күшіне енеді.',
        'For an acceding CIS state, in force 30 days after its document is received.',
      ),
    },
  },
  withdrawal: {
    months: 6,
    stateNamesDate: false,
    rule: {
      cite: 'cis-it-crime-2018#18',
      basis: 'explicit',
      text: text(
        'Соглашение прекращает действие для вышедшей Стороны через 6 месяцев с даты получения депозитарием её уведомления.',
        'Шыққан Тарап үшін Келісім депозитарий оның хабарламасын алған күннен бастап 6 айдан кейін қолданысын тоқтатады.',
        'Ends for a withdrawing Party six months after the depositary has its notice.',
      ),
    },
  },
  lastsAsLongAs: null,
  replacedBy: null,
};
