import { showProgress } from './progress.js';
import { size, table } from './view.js';

function shown(isTTY: boolean): {
  text: () => string;
  at: (done: number, seconds?: number) => void;
  end: () => void;
} {
  let [text, now] = ['', 0];
  const terminal = { isTTY, write: (piece: string) => (text += piece) };
  const progress = showProgress('up', terminal, () => now);
  return {
    text: () => text,
    at: (done, seconds = 1) => {
      now += seconds * 1000;
      progress.at(done, 4 * 1024 * 1024);
    },
    end: () => {
      progress.end();
    },
  };
}

describe('progress', () => {
  it('is a line for every tenth where no terminal is', () => {
    const { text, at, end } = shown(false);
    for (let part = 0; part <= 400; part++) at((part / 400) * 4 * 1024 * 1024, 0.01);
    end();
    const lines = text().split('\n');
    expect(lines).toHaveLength(12);
    expect(lines[0]).toBe('up 0% of 4.0 MiB');
    expect(lines[10]).toBe('up 100% of 4.0 MiB, 1.0 MiB/s');
    expect(text()).not.toMatch(/[\r\x1b]/);
  });

  it('is a bar that redraws itself on a terminal, and ends its line', () => {
    const { text, at, end } = shown(true);
    at(1024 * 1024);
    at(1024 * 1024 + 1, 0.01);
    at(4 * 1024 * 1024, 2.99);
    end();
    end();
    expect(text().split('\r')).toHaveLength(3);
    expect(text()).toContain(`${'█'.repeat(7)}${'░'.repeat(23)} 25%`);
    expect(text()).toMatch(/100% of 4.0 MiB, 1.0 MiB\/s\n$/);
  });
});

it('sizes are shown in their unit', () => {
  expect([0, 1023, 1024, 2 * 1024 ** 3, 5 * 1024 ** 4].map(size)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KiB',
    '2.0 GiB',
    '5120.0 GiB',
  ]);
});

it('what the other side named brings no control sequences to a terminal', () => {
  const [line] = table([
    {
      id: 'i',
      direction: 'in',
      name: 'a\x1b[2Jb\u202Ec',
      mediaType: 'x/y',
      bytes: 10,
      sha256: '',
      status: 'pulling',
      message: null,
      peer: null,
      progress: { partsDone: 0, partsTotal: 1, bytesDone: 5 },
      failure: null,
      createdAt: '',
    },
  ]);
  expect(line).toBe('i  in   pulling     50% of 10 B        a\uFFFD[2Jb\uFFFDc');
});
