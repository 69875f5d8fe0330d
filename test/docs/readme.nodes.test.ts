// Every command block of the README runs, in its order, in a fresh clone of this checkout.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isWhole } from '../sample.ts';
import { cloneCheckout, globalOf, root, runInClone } from './clone.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);

const clone = cloneCheckout();

/**
 * npx takes 2 s of processor time a call: the first topo starts with it, in the whole the first
 * topo-harness, too, and the rest as it would start them.
 */
function spareNpx(script: string): string {
  const seen = new Set<string>(isWhole ? [] : ['topo-harness']);
  return script.replace(/\bnpx (topo|topo-harness) /g, (npx, program: string) => {
    if (!seen.has(program)) return (seen.add(program), npx);
    return `node dist/cli/${program === 'topo' ? '' : 'harness/'}main.js `;
  });
}

/** Ends the worker once there is a result, however long that takes, and not after some seconds. */
const timeout = `timeout() {
  shift
  "$@" &
  until compgen -G '.topo-harness/results/*.jsonl' > /dev/null; do sleep 0.1; done
  kill $!
  wait $! || true
  return 124
}
`;

describe('the README', () => {
  test('has its two set-up commands, and CI runs the second', () => {
    expect(blocks.slice(0, 2)).toEqual(['npm run quickstart\n', 'npm cit\n']);
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    expect(ci).toMatch(/^npm cit$/m);
  });

  const slow = 'npx looks around for seconds in a fresh home';
  test(
    'the blocks of "The first five minutes" run one after the other',
    { meta: { slow }, timeout: 180_000 },
    async () => {
      const session = blocks.slice(2).map((block) => block.replace(/^npm ci$/m, ': installed'));
      const { code, output } = await runInClone(clone, timeout + spareNpx(session.join('\n')));
      if (code !== 0) await runInClone(clone, 'node dist/cli/main.js sandbox stop --delete');
      expect(code, output).toBe(0);
      expect(session.join('')).toContain('npx topo sandbox stop --delete');
      expect(output).toMatch(
        /^sandbox default is up: management at http:\/\/127\.0\.0\.1:\d+, AMQP at/m,
      );
      expect(output).toContain('Apply: 7 created');
      expect(output).toContain('Apply: 4 deleted');
      expect(output).toContain('Published: 30 confirmed, 0 returned, 0 refused');
      for (const program of ['topo', 'topo-harness']) {
        const installed = join(globalOf(clone), 'bin', program);
        const told = execFileSync(installed, ['--version'], { cwd: '/', encoding: 'utf8' });
        expect(told).toMatch(/^\d+\.\d+\.\d+\n$/);
      }
    },
  );

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
