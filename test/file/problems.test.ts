// Each case is a file and, beside it, exactly what is wrong with it: place, code, message, hint.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { problemsOf, readText } from './read.ts';

const folder = new URL('cases/problems/', import.meta.url);
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

describe('all problems of a file are reported at once', () => {
  test.each(cases)('%s', async (name) => {
    const text = readFileSync(new URL(`${name}.yaml`, folder));
    const expected = readFileSync(new URL(`${name}.txt`, folder), 'utf8');
    const env = { WORKER_PASSWORD: 'hunter2', REGION: 'eu', TOPO_ALLOW_ENV: 'REGION' };
    expect(await problemsOf(readText(text, { env }))).toBe(expected);
  });
});
