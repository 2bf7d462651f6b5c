import type { MessageType, Types } from '#treaties';

/** Is a provision about messages of this type? */
export function isOn(types: Types, type: MessageType): boolean {
  return types === 'all' || types.includes(type);
}

/** Is a code one of these? null: none is named. */
export function isAmong(code: string | null, codes: readonly (string | null)[]): boolean {
  return codes.includes(code);
}
