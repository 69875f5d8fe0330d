// A handler that takes as long as its task says, and notes start and end: `started ID MILLISECONDS`
// in the file MARKS.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const mark = (what, id) => appendFileSync(process.env.MARKS, `${what} ${id} ${Date.now()}\n`);

export async function train({ id, hyperparameters }) {
  mark('started', id);
  await sleep(hyperparameters.milliseconds);
  mark('done', id);
  return {};
}
