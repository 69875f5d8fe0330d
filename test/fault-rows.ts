// The rows of the table in docs/reliability.md, which npm run test:faults prints.

interface FaultRow {
  readonly fault: string;
  /** How it is made. */
  readonly how: string;
  readonly holds: string;
}

/** By the name with which a test counts its cases. */
export const faultRows = {
  killed: {
    fault: 'topo is killed before, in and after a request or an AMQP frame',
    how: 'SIGKILL; proxies pass on nothing, half or all of it; 27 plans, and migrations',
    holds:
      'a re-run from another folder converges; nothing is lost or doubled, nothing of topo is left',
  },
  answers: {
    fault: 'an answer is lost, an error, cut, endless, slow or a gateway’s own',
    how: 'a proxy, for each status, verb and kind',
    holds: 'no DELETE is sent blind; a re-run converges; the exit code is right',
  },
  replacement: {
    fault: 'a request or an AMQP method of a replacement fails',
    how: 'a gateway’s own answers and cuts, at each of them',
    holds: 'the old object or the new one stands with every binding, and the report is right',
  },
  broker: {
    fault: 'the broker is killed, stopped and started, or frozen during an apply or a migration',
    how: 'SIGKILL, a restart, or SIGSTOP and SIGCONT of a private node',
    holds: 'a re-run converges; no persistent message is lost; what is unknown is reported as that',
  },
  migration: {
    fault: 'none: queues are migrated under publishers and workers',
    how: '1,000 messages a second, confirmed, mandatory, through an exchange; classic ↔ quorum',
    holds: 'no confirmed message is lost; duplicates and displacement stay within the promise',
  },
  atOnce: {
    fault: 'two, five or twenty applies run at once',
    how: 'processes with the same file and with different ones',
    holds: 'one writes at a time; the end is one of the files; every exit 0 was true',
  },
  mutator: {
    fault: 'somebody edits between plan and apply, or at a step',
    how: 'a gateway that edits before it passes a request on',
    holds: 'a stale plan is refused before the first write; nothing of theirs is lost',
  },
  alarms: {
    fault: 'the broker has a memory or disk alarm',
    how: 'rabbitmqctl',
    holds: 'topo works, waits, or says why not',
  },
  cluster: {
    fault: 'a node of three is cut off or killed, or a leader moves',
    how: 'network namespaces',
    holds: 'success needs a majority; migrations go on or stop whole',
  },
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof faultRows;

/** What a test has seen. */
export interface Tally {
  readonly row: FaultName;
  /** How many cases went well, by how they ended. */
  readonly well: Record<string, number>;
  wrong: number;
}

export const tableHead = [
  '| fault | how it is made | what must hold | cases | seen | took |',
  '| --- | --- | --- | --: | --- | --: |',
];

/** `tallies`: of one row; `seconds`: how long its tests took. */
export function renderRow(row: FaultName, tallies: readonly Tally[], seconds: number): string {
  const { fault, how, holds } = faultRows[row];
  const well = new Map<string, number>();
  for (const [ended, count] of tallies.flatMap((tally) => Object.entries(tally.well))) {
    well.set(ended, (well.get(ended) ?? 0) + count);
  }
  const wrong = tallies.reduce((sum, tally) => sum + tally.wrong, 0);
  const cases = [...well.values()].reduce((sum, count) => sum + count, wrong);
  const seen = [...well].sort(([, a], [, b]) => b - a).map(([ended, n]) => `${shown(n)} ${ended}`);
  const cells =
    cases === 0
      ? ['0', 'not run yet', '']
      : [shown(cases), [...seen, `${shown(wrong)} wrong`].join(', '), `${minutes(seconds)} min`];
  return `| ${[fault, how, holds, ...cells].join(' | ')} |`;
}

const shown = (count: number): string => count.toLocaleString('en-US');
const minutes = (seconds: number): string => (seconds / 60).toFixed(1);
