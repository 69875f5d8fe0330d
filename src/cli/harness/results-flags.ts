// Parses the flags of topo-harness results.
import type { Order } from '../../harness/results/csv.ts';
import type { Format } from '../../harness/results/sink.ts';
import { InvalidInput } from '../../topology/problem.ts';
import type { Roles } from '../../topology/roles.ts';
import { wrongFlag } from '../flags.ts';
import type { HarnessFlags } from './read-harness.ts';

export interface ResultsFlags extends HarnessFlags {
  readonly output?: string;
  readonly format?: Format;
  readonly sort?: string;
  readonly descending?: boolean;
  readonly from: readonly string[];
  readonly follow?: boolean;
  readonly keep?: boolean;
}

export interface ParsedResults {
  readonly format: Format;
  readonly order: Order | undefined;
}

export function parseResultsFlags(flags: ResultsFlags): ParsedResults {
  const { output, sort: column, descending = false } = flags;
  const format = flags.format ?? (output?.endsWith('.csv') === true ? 'csv' : 'jsonl');
  const wrong: [boolean, string, string][] = [
    [
      flags.follow === true && output === undefined,
      '--follow needs --output FILE: results are taken from the queue once they are on the disk',
      '--follow --output results.jsonl; tail -f results.jsonl shows them as they come',
    ],
    [
      flags.follow === true && flags.keep === true,
      '--follow and --keep do not go together: what is not taken fills the way to what comes',
      'leave one of them out',
    ],
    [
      flags.from.length > 0 && (flags.follow === true || flags.keep === true),
      '--from takes results out of files, and --follow and --keep are about the queue',
      'call it once with --from and once without, both times with the same --output',
    ],
    [
      column !== undefined && format !== 'csv',
      '--sort is for --format csv: lines are written as they come',
      'write a table: --format csv',
    ],
    [
      descending && column === undefined,
      '--descending needs --sort',
      '--sort metrics.accuracy --descending',
    ],
  ];
  const found = wrong.find(([isSo]) => isSo);
  if (found !== undefined) throw wrongFlag(found[1], found[2]);
  return { format, order: column === undefined ? undefined : { column, descending } };
}

/** Throws InvalidInput if the topology has none. */
export function resultsQueue({ results }: Roles): string {
  if (results !== undefined) return results;
  throw new InvalidInput([
    {
      code: 'no-results-queue',
      message:
        'the topology names no results queue: each worker writes its results to DIR/results/*.jsonl, where DIR is its --state (.topo-harness)',
      hint: 'read them with --from FILE, or write harness: { results: QUEUE }, as topo init --template training does',
    },
  ]);
}
