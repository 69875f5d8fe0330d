import { isRunId } from './run-id.ts';
import { evaluateUnit, initUnit, trainUnit, type Unit } from './unit.ts';

/** Whether an id is that of some unit of the run, however many rounds and shards that has. What can't be a run's id has no units. */
export const isUnitOf = (run: string, id: string): boolean =>
  isRunId(run) && unitOf(id, { run, rounds: Infinity, shards: Infinity }) !== undefined;

/** The unit of this id; undefined where the run has none such. */
export function unitOf(
  id: string,
  { run, rounds, shards }: { run: string; rounds: number; shards: number },
): Unit | undefined {
  if (id === `${run}.init`) return initUnit(run);
  if (!id.startsWith(`${run}.r`)) return undefined;
  const [, round, shard] = /^(\d+)\.(?:s(\d+)|eval)$/.exec(id.slice(run.length + 2)) ?? [];
  if (round === undefined || Number(round) >= rounds || Number(shard ?? 0) >= shards)
    return undefined;
  const unit =
    shard === undefined
      ? evaluateUnit(run, Number(round))
      : trainUnit(run, Number(round), Number(shard));
  // Such as r01.
  return unit.id === id ? unit : undefined;
}
