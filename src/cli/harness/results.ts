// topo-harness results: the results of published tasks, taken into a file or only looked at.
import { collect, type CollectOptions } from '../../harness/results/collect.ts';
import { follow } from '../../harness/results/follow.ts';
import { openResultsFile } from '../../harness/results/results-file.ts';
import { signatureOf } from '../../harness/users.ts';
import { checkBroker } from '../../harness/work/check-broker.ts';
import { escape } from '../../report/escape.ts';
import { exit } from '../exit.ts';
import { withInterrupts } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { exitOfTold } from '../told.ts';
import { namingHolder } from './holder.ts';
import { limitOf } from './delivery-limit.ts';
import { linkOptions } from './link-options.ts';
import { openPrinter } from './print-rows.ts';
import { readHarness } from './read-harness.ts';
import { parseResultsFlags, resultsQueue, type ResultsFlags } from './results-flags.ts';
import { renderCollected, renderLeft, renderStaying } from './results-text.ts';

export async function results(flags: ResultsFlags, terminal: Terminal): Promise<number> {
  const { format, order } = parseResultsFlags(flags);
  const { connection, desired, roles } = await readHarness(flags, terminal);
  const queue = resultsQueue(roles);
  const link = { ...linkOptions(connection, 'results', terminal), vhost: roles.vhost };
  await checkBroker(connection.amqp, link, [{ kind: 'queue', name: queue }]);
  const { output } = flags;
  const sink =
    output === undefined
      ? openPrinter(terminal, format, order)
      : await openResultsFile(output, format, order);
  const limit = limitOf(desired, roles.vhost, queue);
  const user = signatureOf(roles, connection.amqp.username);
  const from = { link, results: queue, limit, user, sink };
  const take = flags.follow === true ? takeAll : takeNow;
  try {
    return await withInterrupts(
      ({ stop }) =>
        namingHolder(connection, roles.vhost, () => take({ ...from, stop }, flags, terminal)),
      { graceful: true, notice: (line) => terminal.complain(line) },
    );
  } finally {
    await sink.close();
  }
}

type From = Omit<CollectOptions, 'isTaking'>;

async function takeNow(
  from: From,
  { output, keep }: ResultsFlags,
  terminal: Terminal,
): Promise<number> {
  const isTaking = output !== undefined && keep !== true;
  const collected = await collect({ ...from, isTaking });
  for (const line of renderLeft(collected.left, from.results)) terminal.complain(line);
  if (output !== undefined) terminal.print(renderCollected(collected, output));
  if (!isTaking) terminal.tell(escape(renderStaying(collected, from.results)));
  return from.stop.aborted ? exit.interrupted : exitOfTold(exit.done, terminal);
}

/** Ctrl-C is its end. */
async function takeAll(
  from: From,
  { output = '' }: ResultsFlags,
  terminal: Terminal,
): Promise<number> {
  const told = new Set<string>();
  const collected = await follow({
    ...from,
    onLeft: (left) => {
      for (const line of renderLeft(left, from.results)) {
        if (!told.has(line)) terminal.complain(line);
        told.add(line);
      }
    },
  });
  terminal.print(renderCollected(collected, output));
  return exitOfTold(exit.done, terminal);
}
