// Checks the files that a resumed run needs, so that no worker is blamed for a damaged model.
import { InvalidInput, ExpectedError } from '../../../topology/problem.ts';
import type { Course } from '../core/reducer-types.ts';
import type { LedgerRecord } from '../model/records.ts';
import { resumeFrom, type Resumed } from '../core/resume.ts';
import { pendingEvaluations } from '../core/rounds.ts';
import type { RunFolder } from '../run/run-folder.ts';
import type { Stored } from '../model/unit.ts';

type Folder = Pick<RunFolder, 'run' | 'ledger' | 'records' | 'store'>;

/**
 * Where the run stands. `from_round`: it goes back to the beginning of that round. Throws
 * ExpectedError where a file that it needs is missing or damaged, and names the newest round to go
 * back to; InvalidInput for a round that it has not come to.
 */
export async function standWhole(
  folder: Folder,
  course: Course,
  from_round: number | undefined,
): Promise<{ records: readonly LedgerRecord[]; resumed: Resumed }> {
  const records = from_round === undefined ? folder.records : backTo(from_round, folder);
  const resumed = resumeFrom(records);
  const damage = resumed.isAgain ? await findDamage(resumed, folder, course) : undefined;
  if (damage !== undefined) throw await withWayBack(damage, folder, course);
  if (from_round !== undefined) await giveUp(records, folder);
  return { records, resumed };
}

/** The ledger as it will be. Throws InvalidInput. */
function backTo(round: number, { run, records }: Folder): LedgerRecord[] {
  const { closed, ended } = resumeFrom(records);
  if (ended?.kind === 'finished')
    throw wrongRound(`run ${run} is finished`, 'begin a run of its own without --resume');
  if (round > closed.length)
    throw wrongRound(
      `run ${run} has not come to round ${round}`,
      `--from-round ${closed.length} at most`,
    );
  return [...records, wentBack(round)];
}

const wrongRound = (message: string, hint: string): InvalidInput =>
  new InvalidInput([{ code: 'wrong-flag', message, hint }]);

const wentBack = (round: number): LedgerRecord => ({ at: Date.now(), kind: 'went_back', round });

/** `asked`: the ledger with the new record. */
async function giveUp(asked: readonly LedgerRecord[], { records, ledger }: Folder): Promise<void> {
  for (const record of asked.slice(records.length)) await ledger.append(record);
}

/** The first thing that is missing, or not what it was. */
async function findDamage(
  resumed: Resumed,
  { store }: Folder,
  course: Course,
): Promise<ExpectedError | undefined> {
  const { parameters, closed, evaluated, accepted } = resumed;
  const evaluations = pendingEvaluations(course, closed, evaluated).values();
  const needed = [
    ...[parameters, closed.at(-1)?.momentum],
    ...[...evaluations].map((one) => one.parameters),
    ...accepted.map((part) => part.parameters),
  ];
  try {
    for (const one of distinct(needed)) await store.check(one);
    return undefined;
  } catch (error) {
    if (error instanceof ExpectedError) return error;
    throw error;
  }
}

const distinct = (all: readonly (Stored | undefined)[]): Stored[] => [
  ...new Map(all.flatMap((one) => (one === undefined ? [] : [[one.sha256, one]]))).values(),
];

async function withWayBack(
  damage: ExpectedError,
  folder: Folder,
  course: Course,
): Promise<ExpectedError> {
  for (let round = resumeFrom(folder.records).closed.length; round >= 0; round--) {
    const there = resumeFrom([...folder.records, wentBack(round)]);
    if ((await findDamage(there, folder, course)) !== undefined) continue;
    const way = `--run ${folder.run} --resume --from-round ${round}`;
    return because(damage, `or train again from round ${round} on: ${way}`);
  }
  return because(damage, 'or start a new run');
}

const because = (damage: ExpectedError, or: string): ExpectedError =>
  new ExpectedError(damage.message, { hint: `put it back from a copy, ${or}`, cause: damage });
