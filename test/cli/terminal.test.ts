// Colours: on a terminal, unless somebody does not want them (no-color.org).
import { afterEach, expect, test, vi } from 'vitest';
import { openTerminal } from '../../src/cli/terminal.ts';

const isTTY = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
afterEach(() => {
  vi.unstubAllEnvs();
  Object.defineProperty(process.stdout, 'isTTY', isTTY ?? { value: undefined, configurable: true });
});

const rows: [string, { NO_COLOR?: string; color?: boolean; isTTY?: boolean }, boolean][] = [
  ['a terminal', {}, true],
  ['a terminal, and NO_COLOR', { NO_COLOR: '1' }, false],
  ['a terminal, and NO_COLOR that is set to nothing', { NO_COLOR: '' }, true],
  ['a terminal, and --no-color', { color: false }, false],
  ['no terminal', { isTTY: false }, false],
];

test.each(rows)('%s', (_, { NO_COLOR, color = true, isTTY = true }, colourful) => {
  vi.stubEnv('NO_COLOR', NO_COLOR);
  Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
  const { paint } = openTerminal({ color, quiet: false });
  expect(paint.red('x') !== 'x').toBe(colourful);
});

test.each(['complain', 'tell'] as const)(
  '%s lets nothing out that a terminal acts on, but colours and line ends',
  (say) => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    openTerminal({ color: false, quiet: false })[say](
      '\u001b[31ma\u001b[39m\nb\u009b\u202e\u2028\u007f',
    );
    expect(written.mock.calls).toEqual([
      ['\u001b[31ma\u001b[39m\nb\\u009b\\u202e\\u2028\\u007f\n'],
    ]);
    written.mockRestore();
  },
);
