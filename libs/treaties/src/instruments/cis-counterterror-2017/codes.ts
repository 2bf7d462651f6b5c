import type { Codes } from '../../instrument.js';
import { text } from '../../text.js';

/** Articles 2, 12 and 8.1. */
export const codes: Codes = {
  offences: {},
  forms: {
    '2': text('Обмен информацией', 'Ақпарат алмасу', 'Exchange of information'),
    '12': text(
      'Консультации, обмен правовыми актами, иное сотрудничество',
      'Консультациялар, құқықтық актілермен алмасу, өзге ынтымақтастық',
      'Consultations, exchange of legal acts, other cooperation',
    ),
  },
  contents: {
    '8.1.a': {
      mandatory: true,
      text: text(
        'наименования запрашивающего и запрашиваемого органов',
        'сұрау салушы және сұрау салынатын органдардың атауы',
        'names of both authorities',
      ),
    },
    '8.1.b': {
      mandatory: true,
      text: text(
        'предмет и основание запроса',
        'сұрау салудың нысанасы мен негізі',
        'subject and ground of the request',
      ),
    },
    '8.1.c': {
      mandatory: true,
      text: text(
        'описание запрашиваемой информации',
        'сұрау салынып жатқан ақпарат мазмұнының сипаттамасы',
        'description of the information asked for',
      ),
    },
    '8.1.d': {
      mandatory: true,
      text: text('цель использования информации', 'ақпаратты пайдалану мақсаты', 'purpose of use'),
    },
    '8.1.e': {
      mandatory: false,
      text: text(
        'иные сведения, необходимые для исполнения',
        'орындауға қажетті басқа да мәліметтер',
        'anything else needed for execution',
      ),
    },
  },
};
