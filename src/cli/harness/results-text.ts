// Says in words what topo-harness results found in the queue.
import type { Collected, Left } from '../../harness/results/sort-out.ts';
import { escape } from '../../report/escape.ts';
import { plural } from '../../topology/count.ts';

/** `output`: the file they were written to. */
export function renderCollected({ rows, again }: Omit<Collected, 'left'>, output: string): string {
  const twice =
    again === 0
      ? ''
      : `, ${again} more ${again === 1 ? 'was of a task' : 'were of tasks'} that ${again === 1 ? 'has' : 'have'} one`;
  return `Results: ${plural(rows, 'result')} written to ${escape(output)}${twice}`;
}

/** After a look: how many results of tasks are in the queue still. */
export function renderStaying({ rows, again }: Collected, queue: string): string {
  const count = rows + again;
  if (count === 0) return `there are no results of tasks in queue ${queue}`;
  return `${plural(count, 'result')} ${stay(count)} in queue ${queue}; --output FILE takes them`;
}

/** What stays in the queue, and who takes it. */
export function renderLeft({ trainings, broken, problem }: Left, queue: string): string[] {
  const ofTrainings = [...trainings].map(
    ([run, count]) =>
      `${plural(count, 'result')} of the training ${run} ${stay(count)} in queue ${queue}: topo-harness train --run ${run} --resume takes them, topo-harness abandon ${run} drops them`,
  );
  const ofBroken =
    broken === 0
      ? []
      : [
          `${plural(broken, 'message')} in queue ${queue} ${stay(broken)} there, as no result: ${problem ?? ''}`,
        ];
  return [...ofTrainings, ...ofBroken].map((line) => `warning: ${escape(line)}`);
}

/** What of a file is left out. */
export function renderLeftOut({ trainings, broken, problem }: Left, file: string): string[] {
  const ofTrainings = [...trainings].map(
    ([run, count]) =>
      `${plural(count, 'result')} of the training ${run} in ${file} ${isAre(count)} left out: it counts results of its queue only, and trains again what it lacks`,
  );
  const ofBroken =
    broken === 0
      ? []
      : [
          `${plural(broken, 'line')} of ${file} ${isAre(broken)} left out, as no result: ${problem ?? ''}`,
        ];
  return [...ofTrainings, ...ofBroken].map((line) => `warning: ${escape(line)}`);
}

const isAre = (count: number): string => (count === 1 ? 'is' : 'are');
const stay = (count: number): string => (count === 1 ? 'stays' : 'stay');
