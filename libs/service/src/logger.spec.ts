import { jest } from '@jest/globals';
import { QuietStartLogger } from './logger.js';

const HOSTILE = 'x\r\n[gateway] 1 LOG forged\u001b[2J\u009b31m\u202emirror\u2028end\u200b\u007f \ud800';
const SHOWN =
  'x\\u000d\\u000a[gateway] 1 LOG forged\\u001b[2J\\u009b31m\\u202emirror\\u2028end\\u200b\\u007f \\ud800';

/** What the logger writes while something runs. */
function written(act: () => void): string {
  let text = '';
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((piece) => {
      text += String(piece);
      return true;
    }),
  );
  try {
    act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text;
}

describe('a line of the log', () => {
  const plain = new QuietStartLogger({ prefix: 'kz', json: false, colors: false });
  const json = new QuietStartLogger({ prefix: 'kz', json: true, colors: false });

  it.each(['log', 'warn', 'error'] as const)('takes nothing from outside as it is (%s)', (level) => {
    const text = written(() => {
      plain[level](HOSTILE, 'Http');
    });
    expect(text).toContain(SHOWN);
    expect(text.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('keeps the frames of a stack, and nothing of a message that looks like one', () => {
    const error = new Error(HOSTILE);
    const text = written(() => {
      plain.error(error.message, error.stack, 'Http');
    });
    const lines = text.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('forged'))).toHaveLength(2);
    expect(lines.slice(2).every((line) => line.startsWith('    at '))).toBe(true);
    expect(lines.length).toBeGreaterThan(3);
  });

  it('of an object is one too, and so is one in JSON, which reads back as it was', () => {
    for (const logger of [plain, json]) {
      const text = written(() => {
        logger.warn({ text: HOSTILE }, 'Http');
      });
      expect(text.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
    const line = written(() => {
      json.warn(HOSTILE, 'Http');
    });
    expect((JSON.parse(line) as { message: string }).message).toBe(HOSTILE);
  });
});
