// What must hold of a run that came to its end, whatever died on the way.
import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import type { LedgerRecord, TimelineEntry } from '../../../../src/harness/train/model/records.ts';
import { unitsOf } from './job.ts';
import type { TrainBed } from './train-bed.ts';

/** A unit whose result a coordinator had when it was killed, and when that was. */
export interface Had {
  readonly unit: string;
  readonly at: number;
}

/** `model`: the sha256 that the run must have come to. */
export async function violationsOf(
  bed: TrainBed,
  run: string,
  { model, job, had = [] }: { model: string; job: Job; had?: readonly Had[] },
): Promise<string[]> {
  const [ledger, timeline] = await Promise.all([bed.ledger(run), bed.timeline(run)]);
  const found = await bed.model(run).then(
    (bytes) => hash('sha256', bytes),
    () => 'none',
  );
  return [
    ...(found === model ? [] : [`another model: ${found}, not ${model}`]),
    ...violationsOfLedger(ledger, run, job, model),
    ...violationsOfStore(await storedIn(bed.root, run), ledger, job),
    ...had.flatMap((one) => trainedAgain(one, timeline)),
  ];
}

function violationsOfLedger(
  ledger: readonly LedgerRecord[],
  run: string,
  job: Job,
  model: string,
): string[] {
  const accepted = countBy(ledger.flatMap((r) => (r.kind === 'accepted' ? [r.unit.id] : [])));
  const closed = countBy(ledger.flatMap((r) => (r.kind === 'closed' ? [String(r.round)] : [])));
  const finished = ledger.flatMap((r) => (r.kind === 'finished' ? [r.parameters.sha256] : []));
  const rounds = [...Array(job.rounds).keys()].map(String);
  return [
    ...notOnce('accepted', unitsOf(run, job), accepted),
    ...notOnce('closed', rounds, closed),
    ...(finished.join() === model ? [] : [`finished with ${finished.join() || 'nothing'}`]),
  ];
}

async function storedIn(root: string, run: string): Promise<string[]> {
  const names = await readdir(join(root, 'runs', run, 'parameters'));
  return names.map((name) => name.replace('.safetensors', ''));
}

/** The first model and those of the newest rounds, and nothing else. */
function violationsOfStore(
  stored: readonly string[],
  ledger: readonly LedgerRecord[],
  { checkpoints }: Job,
): string[] {
  const closed = ledger.filter((record) => record.kind === 'closed').slice(-checkpoints.keep);
  const first = ledger.find((record) => record.kind === 'accepted' && record.unit.kind === 'init');
  const kept = [
    ...(first?.kind === 'accepted' ? [first.parameters] : []),
    ...closed.flatMap(({ parameters, momentum }) => [parameters, momentum]),
  ].flatMap((one) => one?.sha256 ?? []);
  return [
    ...stored.filter((name) => !kept.includes(name)).map((name) => `${name} is left in the store`),
    ...kept.filter((name) => !stored.includes(name)).map((name) => `${name} is not in the store`),
  ];
}

function countBy(all: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

function notOnce(
  what: string,
  expected: readonly string[],
  counts: ReadonlyMap<string, number>,
): string[] {
  const all = new Set([...expected, ...counts.keys()]);
  return [...all].flatMap((one) => {
    const times = counts.get(one) ?? 0;
    return times === Number(expected.includes(one)) ? [] : [`${one} is ${what} ${times} times`];
  });
}

/** Neither the queue nor the ledger may have lost it. */
function trainedAgain({ unit, at }: Had, timeline: readonly TimelineEntry[]): string[] {
  const isAgain = timeline.some(
    (entry) => entry.kind === 'dispatched' && entry.unit.id === unit && entry.at > at,
  );
  return isAgain ? [`${unit} had a result when the coordinator died, and is trained again`] : [];
}
