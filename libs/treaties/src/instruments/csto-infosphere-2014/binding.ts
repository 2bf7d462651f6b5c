import type { Binding } from '../../instrument.js';
import { CSTO_STATES } from '../../states.js';
import { text } from '../../text.js';

/** Articles 16, 17 and 18; the Protocol knows no accession. */
export const binding: Binding = {
  openTo: CSTO_STATES,
  entry: {
    notifications: 4,
    days: 0,
    rule: {
      cite: 'csto-infosphere-2014#16',
      basis: 'explicit',
      text: text(
        'Протокол вступает в силу с даты получения депозитарием четвёртого письменного уведомления; для выполнивших процедуры позднее – с даты получения их уведомления.',
        'Хаттама депозитарий төртінші жазбаша хабарламаны алған күннен бастап күшіне енеді; рәсімдерді кейін орындағандар үшін – олардың хабарламасы алынған күннен бастап.',
        'In force on the day the depositary has the fourth notification; for later ratifiers, the day theirs is received.',
      ),
    },
  },
  accession: null,
  withdrawal: {
    months: 6,
    stateNamesDate: true,
    rule: {
      cite: 'csto-infosphere-2014#18',
      basis: 'explicit',
      text: text(
        'Сторона выходит из Протокола, уведомив Генерального секретаря ОДКБ не позднее чем за 6 месяцев до даты выхода.',
        'Тарап ҰҚШҰ Бас хатшысын шығатын күнінен кемінде 6 ай бұрын хабардар етіп, Хаттамадан шығады.',
        'A Party leaves on notice given at least six months before the date of leaving.',
      ),
    },
  },
  lastsAsLongAs: {
    instrument: 'collective-security-treaty-1992',
    rule: {
      cite: 'csto-infosphere-2014#17',
      basis: 'explicit',
      text: text(
        'Протокол действует в течение срока действия Договора о коллективной безопасности от 15 мая 1992 года.',
        'Хаттама 1992 жылғы 15 мамырдағы Ұжымдық қауіпсіздік туралы шарттың қолданылу мерзімі ішінде қолданылады.',
        'The Protocol lasts as long as the Collective Security Treaty of 15 May 1992.',
      ),
    },
  },
  replacedBy: null,
};
