/** What an officer reads, in the three languages of the console. Russian is the authentic language of all four instruments. */
export interface Text {
  readonly ru: string;
  readonly kk: string;
  readonly en: string;
}

export function text(ru: string, kk: string, en: string): Text {
  return { ru, kk, en };
}
