// docs/coming-from.md: programs are those that the fixtures were made by, and what the commands
// print is what the page says.
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readVersion } from '../../src/cli/version.ts';
import { callTopo } from '../cli/topo.ts';

const page = readFileSync(new URL('../../docs/coming-from.md', import.meta.url), 'utf8');
const cases = new URL('../import/cases/', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'topo-coming-from-'));
afterAll(() => rm(folder, { recursive: true }));
beforeAll(async () => {
  await cp(join(cases, 'terraform/workers'), join(folder, 'workers'), { recursive: true });
  await cp(join(cases, 'pulumi/workers'), join(folder, 'pulumi'), { recursive: true });
  await cp(join(cases, 'kubernetes/workers'), join(folder, 'kubernetes'), { recursive: true });
  await cp(join(cases, 'pulumi/workers/stack.json'), join(folder, 'stack.json'));
});

const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({
    language,
    text,
  }),
);

const programs = blocks.filter(({ text }) => /^(?:#|\/\/) \S+\/\S+\n/.test(text));
test.each(programs)('the program in $language is that of the fixture', ({ text }) => {
  const [, name = '', program = ''] = /^(?:#|\/\/) (\S+)\n(.*)$/s.exec(text) ?? [];
  // Of the manifests, the page shows the first few.
  expect(readFileSync(join(folder, name), 'utf8').startsWith(program)).toBe(true);
});

const commands = blocks.flatMap(({ language, text }, index) =>
  language === 'sh' ? [{ line: text.trim(), printed: blocks[index + 1]?.text ?? '' }] : [],
);
test.each(commands)('$line prints what the page says', async ({ line, printed }) => {
  const [program, ...args] = line.split(' ');
  expect(program).toBe('topo');
  const { code, out } = await callTopo(args, folder, {});
  expect(code).toBe(0);
  expect(out.replace(`exported_by: topo ${readVersion()}`, 'exported_by: topo 0.1.0')).toBe(
    printed,
  );
});
