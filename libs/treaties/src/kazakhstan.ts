import type { Level } from './vocabulary.js';
import { text, type Text } from './text.js';

/** Decree 529 of the Government of Kazakhstan of 27 August 2018, point 2: the authorities for the 2017 agreement. */
export const KAZAKHSTAN_SOURCE_2017 =
  'Government of the Republic of Kazakhstan, decree 529 of 27 August 2018, point 2';

export const KAZAKHSTAN_AUTHORITIES_2017: readonly { readonly id: string; readonly names: Text }[] = [
  {
    id: 'kz-knb',
    names: text(
      'Комитет национальной безопасности Республики Казахстан',
      'Қазақстан Республикасының Ұлттық қауіпсіздік комитеті',
      'National Security Committee of the Republic of Kazakhstan',
    ),
  },
  {
    id: 'kz-syrbar',
    names: text(
      'Служба внешней разведки Республики Казахстан «Сырбар»',
      'Қазақстан Республикасының «Сырбар» сыртқы барлау қызметі',
      'Foreign Intelligence Service of the Republic of Kazakhstan "Syrbar"',
    ),
  },
  {
    id: 'kz-gp',
    names: text(
      'Генеральная прокуратура Республики Казахстан',
      'Қазақстан Республикасының Бас прокуратурасы',
      'General Prosecutor’s Office of the Republic of Kazakhstan',
    ),
  },
  {
    id: 'kz-mvd',
    names: text(
      'Министерство внутренних дел Республики Казахстан',
      'Қазақстан Республикасының Ішкі істер министрлігі',
      'Ministry of Internal Affairs of the Republic of Kazakhstan',
    ),
  },
  {
    id: 'kz-mo',
    names: text(
      'Министерство обороны Республики Казахстан',
      'Қазақстан Республикасының Қорғаныс министрлігі',
      'Ministry of Defence of the Republic of Kazakhstan',
    ),
  },
  {
    id: 'kz-minfin',
    names: text(
      'Министерство финансов Республики Казахстан',
      'Қазақстан Республикасының Қаржы министрлігі',
      'Ministry of Finance of the Republic of Kazakhstan',
    ),
  },
];

/** Kazakhstan's grades of secrecy and their equivalents (MATRIX section 7). */
export const KAZAKHSTAN_GRADES: readonly { readonly name: string; readonly level: Level }[] = [
  { name: 'қызмет бабында пайдалану үшін', level: 'restricted' },
  { name: 'құпия', level: 'secret' },
  { name: 'өте құпия', level: 'top-secret' },
  { name: 'аса маңызды', level: 'special-importance' },
];
