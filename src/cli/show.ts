// topo show: prints a saved plan as topo plan did. It asks no broker, so it says nothing about
// today.
import { stat } from 'node:fs/promises';
import { exit } from './exit.ts';
import { wrongFlag } from './flags.ts';
import { readSavedPlan } from './read-plan.ts';
import { loadRenderer, type PlanFormat } from './render-plan.ts';
import type { Terminal } from './terminal.ts';

export interface ShowFlags {
  readonly format: PlanFormat;
}

export async function show(file: string, flags: ShowFlags, terminal: Terminal): Promise<number> {
  const plan = await readSavedPlan([file]);
  if (plan === undefined) {
    const hint =
      'topo plan --out plan.json saves one; topo plan shows what a topology file would do';
    const what = (await isThere(file)) ? 'is no saved plan' : 'is not there';
    throw wrongFlag(`${file} ${what}`, hint);
  }
  const render = await loadRenderer(flags.format, terminal);
  terminal.print(render(plan));
  return exit.done;
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
