import { ValiseError } from '#core';
export const x = ValiseError;
