// Keeps the newest rounds of a run, the ones being measured, and the open round; removes everything
// else.
import type { CoordinatorState } from '../core/reducer.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import type { Accepted, Closed } from '../model/records.ts';
import type { ResultFiles } from '../run/result-files.ts';
import { initUnit, trainUnit, type Stored } from '../model/unit.ts';

export interface Kept {
  readonly store: ParameterStore;
  /** The parameters that the first round began with. */
  readonly first: Stored | undefined;
  /** How many rounds keep their parameters. */
  readonly keep: number;
}

/** After a round is closed that was made of these parts. */
export async function prune(
  state: CoordinatorState,
  parts: readonly Accepted[],
  kept: Kept,
): Promise<void> {
  const needed = neededBy(state, kept);
  const old = state.closed.slice(-1 - kept.keep, -kept.keep).flatMap(storedIn);
  const done = parts.flatMap(({ parameters }) => parameters ?? []);
  for (const { sha256 } of [...old, ...done])
    if (!needed.has(sha256)) await kept.store.drop(sha256);
}

/**
 * Removes what a killed coordinator or worker left: before a run goes on, and after it is finished.
 * What the ledger doesn't have is not needed: the file of a result stays until the ledger has it.
 */
export async function sweep(
  state: CoordinatorState,
  files: ResultFiles,
  kept: Kept,
): Promise<void> {
  const needed = neededBy(state, kept);
  for (const sha256 of await kept.store.list())
    if (!needed.has(sha256)) await kept.store.drop(sha256);
  await files.sweep(openUnits(state));
}

function neededBy(state: CoordinatorState, { first, keep }: Kept): Set<string> {
  const { closed, evaluations, results } = state;
  const needed = [
    ...(first ? [first] : []),
    ...closed.slice(-keep).flatMap(storedIn),
    ...[...evaluations.values()].map(({ parameters }) => parameters),
    ...results.flatMap((result) => result?.parameters ?? []),
  ];
  return new Set(needed.map(({ sha256 }) => sha256));
}

/** Those whose results may be on their way here. */
function openUnits({ course, phase, round, results }: CoordinatorState): Set<string> {
  if (phase.kind === 'initial') return new Set([initUnit(course.run).id]);
  if (phase.kind !== 'training') return new Set();
  const open = results.flatMap((result, shard) =>
    result === undefined ? [trainUnit(course.run, round, shard).id] : [],
  );
  return new Set(open);
}

const storedIn = ({ parameters, momentum }: Closed): Stored[] => [
  parameters,
  ...(momentum ? [momentum] : []),
];
