// An administrator edits between plan and apply, and before any of apply's requests. The same check
// fails for a topo that doesn't read again before it writes, or before it deletes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atEnd } from '../at-end.ts';
import { randomOf, tryAll } from '../faults.ts';
import { copyCode, deleteCode, type Replacement } from '../harness/chaos/code.ts';
import { drawCases, isStale, tryEdits, type Case } from './mutated-applies.ts';
import { runTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-mutator-'));
});
afterAll(() => rm(folder, { recursive: true }));

const slow = 'four runs of topo for each case';

// Some strike after the apply has ended: over 300 strike before.
test('400 cases', { meta: { slow }, timeout: 3_600_000 }, async () => {
  const random = randomOf('edits');
  const cases = drawCases(400, () => random.uniform());
  await tryAll('mutator', cases, 1, (one) => tryEdits(one, folder));
});

interface Control {
  readonly title: string;
  readonly broken: Replacement;
  readonly isAffected: (one: Case) => boolean;
  /** Among what goes wrong. */
  readonly found: string;
}

const controls: readonly Control[] = [
  {
    title: 'without the re-read before the first write',
    broken: {
      file: 'reconcile/resume.js',
      text: 'if (drifts.length > 0) throw new StalePlan(drifts);',
      by: '',
    },
    isAffected: isStale,
    found: 'it began, though stale',
  },
  {
    title: 'without the re-read before deletes',
    broken: {
      file: 'management/look.js',
      text: 'throw new ChangedSince(object)',
      by: 'return true',
    },
    isAffected: ({ at, edits }) =>
      at !== 'before' && edits.some((name) => /^(q1|gone|x|old) is changed otherwise/.test(name)),
    found: 'after it had changed',
  },
];

test.each(controls)(
  '$title, a case goes wrong',
  { meta: { slow }, timeout: 900_000 },
  async ({ broken, isAffected, found }) => {
    const code = await copyCode([broken]);
    atEnd(() => deleteCode(code));
    const main = join(code, 'unbundled/cli/main.js');
    const random = randomOf('controls');
    const cases = drawCases(1_000, () => random.uniform())
      .filter(isAffected)
      .slice(0, 60);
    const wrong: string[] = [];
    for (const one of cases) {
      if (wrong.join().includes(found)) break;
      const fared = await tryEdits(one, folder, (...run) => runTopo(...run, { code: main }));
      wrong.push(...fared.wrong);
    }
    expect(wrong.join()).toContain(found);
  },
);
