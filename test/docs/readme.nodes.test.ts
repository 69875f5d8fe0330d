// Every command block of the README runs, in its order, in a fresh clone of this checkout.
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cloneCheckout, root } from './clone.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);

const clone = cloneCheckout();

function runInClone(script: string): { status: number | null; output: string } {
  const env = { PATH: process.env['PATH'], HOME: clone, NO_COLOR: '1' };
  const run = spawnSync('bash', ['-euc', script], { cwd: clone, env, encoding: 'utf8' });
  return { status: run.status, output: `${run.stdout}${run.stderr}` };
}

describe('the README', () => {
  test('has its two set-up commands, and CI runs the second', () => {
    expect(blocks.slice(0, 2)).toEqual(['npm run quickstart\n', 'npm cit\n']);
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    expect(ci).toMatch(/^npm cit$/m);
  });

  test('npm run quickstart tells its story and leaves nothing running', () => {
    const { status, output } = runInClone('npm run quickstart');
    expect(status, output).toBe(0);
    expect(output).toContain('Plan: nothing to do');
    expect(output).toMatch(/^\$ kill -9 \d+\n\n/m);
    expect(output).toContain('12 of 12 rounds');
    expect(output).toContain('Nothing is left running.');
  }, 180_000);

  test('its training through a killed worker comes to the model that the README names, and leaves only its run', () => {
    const kept = join(clone, '.topo/quickstart-training');
    expect(readdirSync(kept)).toEqual(['runs']);
    const [run = ''] = readdirSync(join(kept, 'runs'));
    const report = readFileSync(join(kept, 'runs', run, 'report.html'), 'utf8');
    expect(report).toContain('1 worker fell silent');
    const model = readFileSync(join(kept, 'runs', run, 'model.safetensors'));
    const [, named = ''] = /SHA for SHA: `([0-9a-f]{16})…`/.exec(readme) ?? [];
    expect(named).toHaveLength(16);
    expect(hash('sha256', model).slice(0, 16)).toBe(named);
  });

  test('the blocks of "Use it" run one after the other', () => {
    const session = blocks.slice(2).map((block) => block.replace(/^npm ci$/m, ': installed'));
    const { status, output } = runInClone(session.join('\n'));
    if (status !== 0) runInClone('npx topo sandbox stop --delete');
    expect(status, output).toBe(0);
    expect(session.join('')).toContain('npx topo sandbox stop --delete');
    expect(output).toContain('Apply: 7 created');
    expect(output).toContain('Apply: 4 deleted');
    expect(output).toContain('Published: 30 confirmed, 0 returned, 0 refused');
  }, 180_000);

  test('its YAML is the topology.yaml that it speaks of', () => {
    const [, yaml = ''] = /^```yaml\n(.*?)^```$/ms.exec(readme) ?? [];
    const own = readFileSync(join(root, 'topology.yaml'), 'utf8');
    const essence = (text: string): string[] =>
      text
        .split('\n')
        .map((line) => line.replace(/\s*#.*/, ''))
        .filter((line) => line !== '');
    expect(essence(yaml)).toEqual(essence(own));
  });
});
