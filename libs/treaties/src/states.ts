/** Signature blocks of the three CIS agreements, in the order of the texts. */
export const CIS_STATES = ['AZ', 'AM', 'BY', 'KZ', 'KG', 'MD', 'RU', 'TJ', 'TM', 'UZ', 'UA'] as const;
/** Signature blocks of the CSTO Protocol. */
export const CSTO_STATES = ['AM', 'BY', 'KZ', 'KG', 'RU', 'TJ'] as const;

export const CIS_DEPOSITARY = 'CIS Executive Committee';
export const CSTO_DEPOSITARY = 'CSTO Secretariat';
