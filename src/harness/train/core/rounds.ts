// Closes rounds: when one is complete, what follows it, and when the run is over.
import type { Draft } from './draft.ts';
import { nextDurations } from './medians.ts';
import type { Closed } from '../model/records.ts';
import type { Course } from './reducer-types.ts';
import { retire } from './retire.ts';
import type { CoordinatorState } from './state.ts';
import { forgetSent } from './unattended.ts';
import { evaluateUnit } from '../model/unit.ts';

/** After each event: is this all that was awaited? */
export function advance(draft: Draft): void {
  const { phase, done, course, evaluations, parameters } = draft.is;
  if (phase.kind === 'training' && done >= course.enough && !isChecking(draft)) {
    closeRound(draft);
  } else if (phase.kind === 'finishing' && evaluations.size === 0) {
    if (parameters === undefined) throw new Error('a run is over without parameters');
    draft.set({ phase: { kind: 'finished' } });
    draft.emit({ kind: 'finish', why: phase.why, parameters });
  }
}

const trainings = ({ flights }: Draft) =>
  [...flights.map.values()].filter(({ unit }) => unit.kind === 'train');

/** A result that is on its way to the ledger belongs to the round. */
const isChecking = (draft: Draft): boolean =>
  trainings(draft).some(({ accepting }) => accepting !== undefined);

/** In the order of the shards, whatever the order of the results. */
function closeRound(draft: Draft): void {
  const { round, parameters: base, closed, results } = draft.is;
  if (base === undefined) throw new Error(`round ${round} is complete without parameters`);
  for (const flight of trainings(draft)) retire(draft, flight);
  draft.set({ phase: { kind: 'closing' } });
  const parts = results.filter((result) => result !== undefined);
  const momentum = closed.at(-1)?.momentum;
  draft.emit({ kind: 'close_round', round, base, momentum, parts });
}

export function noteClosed(draft: Draft, closed: Closed): void {
  const { phase, round, course, durations, evaluations } = draft.is;
  if (phase.kind !== 'closing' || closed.round !== round) return;
  const all = [...draft.is.closed, closed];
  const pending = pendingEvaluations(course, all, new Set([...Array(round).keys()]));
  draft.set({
    closed: all,
    round: round + 1,
    parameters: closed.parameters,
    phase: phaseAfter(course, all),
    ...nothingDone(course),
    durations: { ...durations, train: nextDurations(durations.train) },
    evaluations: new Map([...evaluations, ...pending]),
  });
  draft.isChanged = true;
  forgetSent(draft);
}

const nothingDone = ({ shards }: Course) => ({
  results: Array<undefined>(shards).fill(undefined),
  done: 0,
  next_shard: 0,
});

export function phaseAfter(course: Course, closed: readonly Closed[]): CoordinatorState['phase'] {
  if (isTargetReached(course, closed.at(-1))) return { kind: 'finishing', why: 'target' };
  if (closed.length >= course.rounds) return { kind: 'finishing', why: 'rounds' };
  return { kind: 'training' };
}

function isTargetReached({ target }: Course, last: Closed | undefined): boolean {
  if (target === undefined || last === undefined) return false;
  const metric = Object.hasOwn(last.metrics, target.metric)
    ? last.metrics[target.metric]
    : undefined;
  if (metric === undefined) return false;
  return 'at_most' in target ? metric <= target.at_most : metric >= target.at_least;
}

/** Those that are due and not `evaluated`: every n rounds, and the last one. */
export function pendingEvaluations(
  course: Course,
  closed: readonly Closed[],
  evaluated: ReadonlySet<number>,
): CoordinatorState['evaluations'] {
  const every = course.evaluate_every;
  if (every === undefined) return new Map();
  const isOver = phaseAfter(course, closed).kind === 'finishing';
  const due = closed.filter(
    ({ round }) =>
      !evaluated.has(round) &&
      ((round + 1) % every === 0 || (isOver && round === closed.length - 1)),
  );
  return new Map(
    due.map(({ round, parameters }) => {
      const unit = evaluateUnit(course.run, round);
      return [unit.id, { unit, parameters }];
    }),
  );
}
