// topo-harness results: takes the results of published tasks into a file, or only shows them.
import { collect, type CollectOptions } from '../../harness/results/collect.ts';
import { follow } from '../../harness/results/follow.ts';
import { takeFromFiles } from '../../harness/results/from-files.ts';
import { openResultsFile } from '../../harness/results/results-file.ts';
import type { Sink, Format } from '../../harness/results/sink.ts';
import type { Left } from '../../harness/results/sort-out.ts';
import { signatureOf } from '../../harness/messaging/users.ts';
import { checkBroker } from '../../harness/messaging/check-broker.ts';
import { escape } from '../../report/escape.ts';
import { exit } from '../exit.ts';
import { exitOfStop, withInterrupts } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { exitOfTold } from '../told.ts';
import { namingHolder } from './holder.ts';
import { limitOf } from './delivery-limit.ts';
import { linkOptions } from './link-options.ts';
import { readHarness } from './read-harness.ts';
import {
  parseResultsFlags,
  resultsQueue,
  type ParsedResults,
  type ResultsFlags,
} from './results-flags.ts';
import { renderCollected, renderLeft, renderLeftOut, renderStaying } from './results-text.ts';
import { renderCsv, toCsvRow, type Order } from '../../harness/results/csv.ts';
import { renderLine } from '../../harness/results/row.ts';

export async function results(flags: ResultsFlags, terminal: Terminal): Promise<number> {
  const parsed = parseResultsFlags(flags);
  return flags.from.length > 0
    ? takeFiles(flags, parsed, terminal)
    : takeQueue(flags, parsed, terminal);
}

async function takeFiles(
  { from, output }: ResultsFlags,
  parsed: ParsedResults,
  terminal: Terminal,
): Promise<number> {
  const onLeft = (left: Left, file: string): void => {
    for (const line of renderLeftOut(left, file)) terminal.complain(line);
  };
  const sink = await openSink(output, parsed, terminal);
  try {
    return await withInterrupts(
      async ({ stop }) => {
        const taken = await takeFromFiles({ files: from, sink, stop, onLeft });
        if (output !== undefined) terminal.print(renderCollected(taken, output));
        return stop.aborted ? exitOfStop(stop) : exitOfTold(exit.done, terminal);
      },
      { graceful: true, notice: (line) => terminal.complain(line) },
    );
  } finally {
    await sink.close();
  }
}

const openSink = (
  output: string | undefined,
  { format, order }: ParsedResults,
  terminal: Terminal,
): Promise<Sink> =>
  output === undefined
    ? Promise.resolve(openPrinter(terminal, format, order))
    : openResultsFile(output, format, order);

async function takeQueue(
  flags: ResultsFlags,
  parsed: ParsedResults,
  terminal: Terminal,
): Promise<number> {
  const { connection, desired, roles } = await readHarness(flags, terminal);
  const queue = resultsQueue(roles);
  const link = { ...linkOptions(connection, 'results', terminal), vhost: roles.vhost };
  await checkBroker(connection.amqp, link, [{ kind: 'queue', name: queue }]);
  const sink = await openSink(flags.output, parsed, terminal);
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
  return from.stop.aborted ? exitOfStop(from.stop) : exitOfTold(exit.done, terminal);
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

/** Results on stdout, for who only looks. */
function openPrinter(
  { print }: Pick<Terminal, 'print'>,
  format: Format,
  order: Order | undefined,
): Sink {
  const printed = new Set<string>();
  return {
    // Only a whole table has all its columns.
    most: format === 'csv' ? Infinity : 256,
    has: (id) => printed.has(id),
    add: (rows) => {
      for (const row of rows) printed.add(String(row.get('id')));
      if (format === 'csv') print(renderCsv(rows.map(toCsvRow), order));
      else print(rows.map(renderLine).join('\n'));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
