// What takes long says that it goes on, and what does not says nothing.
import { expect, test } from 'vitest';
import { ticking } from '../../src/cli/notice.ts';

test('it repeats every few seconds, until the work ends', async () => {
  const told: string[] = [];
  let end: (text: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const tell = (line: string): void => {
    told.push(line);
    if (told.length === 2) end('done');
  };
  expect(await ticking({ tell }, () => ended, 5)).toBe('done');
  expect(told).toEqual(['  … 0 s', '  … 0 s']);
  expect(await ticking({ tell }, () => Promise.resolve('at once'))).toBe('at once');
  expect(told).toHaveLength(2);
});
