// The README's first command, in a fresh clone of this checkout. Its training takes half a minute
// of processor time, so npm test trains a smaller network; that of the README is in the whole.
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { isWhole } from '../sample.ts';
import { cloneCheckout, root, runInClone } from './clone.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const clone = cloneCheckout();
const ofReadme = /SHA for SHA: `([0-9a-f]{16})…`/.exec(readme)?.[1] ?? '';
/** With 16 hidden numbers in place of 256, wherever it is trained. */
const ofSmall = 'f49f2505992c3289';

let quickstart: { code: number | string; output: string };
beforeAll(async () => {
  const job = join(clone, 'examples/digits/longer.yaml');
  const text = readFileSync(job, 'utf8');
  expect(text).toContain('hidden: 256');
  if (!isWhole) writeFileSync(job, text.replace('hidden: 256', 'hidden: 16'));
  quickstart = await runInClone(clone, 'npm run quickstart');
}, 180_000);

test('npm run quickstart tells its story and leaves nothing running', () => {
  const { code, output } = quickstart;
  expect(code, output).toBe(0);
  expect(output).toContain('Plan: nothing to do');
  expect(output).toMatch(/^\$ kill -9 \d+\n\n/m);
  expect(output).toContain('12 of 12 rounds');
  expect(output).toContain('Nothing is left running.');
});

test('its training through a killed worker comes to the model that is known, and leaves only its run', () => {
  const kept = join(clone, '.topo/quickstart-training');
  expect(readdirSync(kept)).toEqual(['runs']);
  const [run = ''] = readdirSync(join(kept, 'runs'));
  const report = readFileSync(join(kept, 'runs', run, 'report.html'), 'utf8');
  expect(report).toContain('1 worker fell silent');
  const model = readFileSync(join(kept, 'runs', run, 'model.safetensors'));
  expect(ofReadme).toHaveLength(16);
  expect(hash('sha256', model).slice(0, 16)).toBe(isWhole ? ofReadme : ofSmall);
});
