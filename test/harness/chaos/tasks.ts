// The tasks of a run: most are trained, a few fail once, a few are poison.
import { writeFile } from 'node:fs/promises';
import type { Fate } from './ledger.ts';
import type { Random } from './seeded.ts';

/** Of all tasks, each. */
const share = 0.03;

/** Writes one more file of tasks, and notes what is to become of each. */
export async function writeTasks(
  file: string,
  {
    tasks,
    batch,
    random,
    task_time,
  }: { tasks: number; batch: number; random: Random; task_time: number },
  expected: Map<string, Fate>,
): Promise<void> {
  const lines = Array.from({ length: tasks }, (_, n) => {
    const kind = kindFor(random.fraction());
    const id = `batch-${batch}-${n}-${kind}`;
    expected.set(id, kind === 'poison' ? 'dead_letter' : 'result');
    const hyperparameters = { kind, milliseconds: random.below(task_time + 1) };
    return JSON.stringify({ version: 1, id, round: batch, hyperparameters, seed: n });
  });
  await writeFile(file, `${lines.join('\n')}\n`);
}

function kindFor(fraction: number): 'poison' | 'fails_once' | 'trains' {
  if (fraction < share) return 'poison';
  return fraction < share * 2 ? 'fails_once' : 'trains';
}
