// Reports the end of a training, to people and to programs.
import { renderDuration } from '../../harness/report/figures.ts';
import { totalsOf, type Totals } from '../../harness/report/totals.ts';
import type { Conducted } from '../../harness/train/shell/conduct.ts';
import type { Status } from '../../harness/train/run/status.ts';
import { escape } from '../../report/escape.ts';
import { plural } from '../../topology/count.ts';
import { renderJson } from '../../topology/json.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { shellWord } from '../../topology/quote.ts';
import { exit } from '../exit.ts';
import { exitOfStop } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import type { TrainFlags } from './train-flags.ts';

/** `report`: its file, if it could be written. */
export function renderConducted(
  { ending, status, model, records, evaluation, leftOut, others }: Conducted,
  report: string | undefined,
  format: TrainFlags['format'],
): string {
  const { run, metrics, history, rounds } = status;
  const sha256 = ending.kind === 'finished' ? ending.parameters.sha256 : undefined;
  const totals = records && totalsOf(records);
  if (format === 'json') {
    const state = ending.kind === 'broken' ? 'interrupted' : ending.kind;
    const closed = history.length;
    const left_out = leftOut.length > 0 ? leftOut : undefined;
    return renderJson(
      {
        run,
        state,
        rounds,
        closed,
        ...totals,
        seconds: secondsOf(status),
        metrics,
        evaluation,
        left_out,
        model,
        sha256,
        report,
        others: others.results > 0 ? others : undefined,
      },
      2,
    );
  }
  const lines = [
    `Train: ${run} ${stateOf(ending)}: ${history.length} of ${rounds} rounds${figures(metrics)}`,
    ...(totals ? [`  total     ${total(totals, status)}`] : []),
    ...(evaluation ? [`  evaluated ${figures(evaluation).slice(2)}`] : []),
    ...(model === undefined ? [] : [`  model     ${model}`, `  sha256    ${sha256 ?? ''}`]),
    ...(report === undefined ? [] : [`  report    ${report}`]),
  ];
  return lines.map(escape).join('\n');
}

const secondsOf = ({ at, started_at }: Status): number => (at - started_at) / 1_000;

const total = ({ tasks, failures }: Totals, status: Status): string =>
  [
    plural(status.history.length, 'round'),
    plural(tasks, 'task'),
    plural(failures, 'failure'),
    renderDuration(secondsOf(status) * 1_000),
  ].join(', ');

/** What lies elsewhere, why it did not finish, and how to go on. */
export function tellConducted(
  { ending, status, leftOut, others }: Conducted,
  file: string,
  terminal: Terminal,
): void {
  for (const { round, reason } of leftOut)
    terminal.complain(`warning: no evaluation of round ${round}: ${escape(reason)}`);
  if (others.results > 0) terminal.complain(escape(renderOthers(others)));
  if (ending.kind === 'finished') return;
  if (ending.kind === 'failed') {
    // The last ones are those of the trainer.
    const lines = `error: ${ending.reason}`.split('\n').map(escape);
    terminal.complain(lines.join('\n  '));
  }
  if (ending.kind === 'broken') {
    const { error } = ending;
    terminal.complain(`error: ${escape(error.message)}`);
    const hint = error instanceof ExpectedError ? error.hint : undefined;
    if (hint !== undefined) terminal.complain(`  hint: ${escape(hint)}`);
  }
  const command = `topo-harness train ${escape(file)} --run ${status.run} --resume`;
  terminal.complain(
    `  hint: ${command} goes on from here${ending.kind === 'failed' ? '; a worker whose program has changed is restarted first' : ''}`,
  );
}

function renderOthers({ file, results }: Conducted['others']): string {
  const are = results === 1 ? 'is' : 'are';
  return `${plural(results, 'result')} not of this run ${are} in ${file}: topo-harness results --from ${shellWord(file)} --output FILE takes those of published tasks`;
}

export function exitOf({ ending }: Conducted, stop: AbortSignal): number {
  switch (ending.kind) {
    case 'finished':
      return exit.done;
    case 'failed':
      return exit.partial;
    case 'broken':
      return exit.error;
    case 'interrupted':
      return exitOfStop(stop);
  }
}

const stateOf = ({ kind }: Conducted['ending']): string =>
  kind === 'broken' ? 'is interrupted' : kind === 'interrupted' ? 'is interrupted' : kind;

const figures = (metrics: Readonly<Record<string, number>>): string =>
  Object.entries(metrics)
    .map(([name, value]) => `, ${name} ${Number(value.toPrecision(4))}`)
    .join('');
