// Checks a whole file of tasks before any of it is sent.
import { InvalidInput, type Problem } from '../../topology/problem.ts';
import { plural } from '../../topology/count.ts';
import type { Input } from './input.ts';
import { readTasks, type ReadOptions } from './read-tasks.ts';

const mostListed = 20;

/** How many tasks there are. Throws InvalidInput with the problems of all lines. */
export async function checkFile(
  input: Input,
  options: Pick<ReadOptions, 'addressing'>,
): Promise<number> {
  const problems: Problem[] = [];
  let [found, tasks] = [0, 0];
  const onBroken = (line: number, messages: readonly string[]): void => {
    found += messages.length;
    const at = { file: input.name, line, col: 1 };
    for (const message of messages.slice(0, mostListed - problems.length)) {
      problems.push({ code: 'wrong-task', message, at });
    }
  };
  const groups = readTasks(input.open(), { ...options, remembered: Infinity, onBroken });
  for await (const group of groups) tasks += group.length;
  if (found === 0) return tasks;
  const more = found - problems.length;
  const rest = { code: 'wrong-task', message: `and ${plural(more, 'more problem')}` };
  throw new InvalidInput(more > 0 ? [...problems, rest] : problems);
}
