import { register, TABLES } from './index.js';

/** A decision file (contracts/decide.md), one entry or case a line. */
export function fileOf(name: string): string {
  const entries = Object.entries(register).map(([key, list]) => `${JSON.stringify(key)}: [\n${lines(list as unknown[])}\n]`);
  return `{"register": {\n${entries.join(',\n')}},\n"cases": [\n${lines((TABLES[name] ?? []).map(({ id, topic, why, input, expect }) => ({ id, topic, why, input, expect })))}\n]}\n`;
}

function lines(list: readonly unknown[]): string {
  return list.map((element) => JSON.stringify(element)).join(',\n');
}
