// Mixes of faults: for a whole run, for the long tests, for each check, and for each control.
import type { FaultCounts } from './options.ts';
import { publisherPoints } from './publishing.ts';

export const noFaults: FaultCounts = {
  ...{ kill_worker: 0, kill_broker: 0, stop_worker: 0, cut_worker: 0, cut_and_kill_worker: 0 },
  ...{ black_hole_worker: 0, cut_publisher: 0, black_hole_publisher: 0 },
  ...{ worker_steps: 0, publisher_points: 0 },
};

/** So many kills, and what else dies beside them. */
export const fullFaults = (kills: number): FaultCounts => {
  const of = (share: number): number => Math.max(1, Math.round(kills * share));
  const some = {
    ...{ kill_worker: of(0.08), kill_broker: of(0.06), cut_and_kill_worker: of(0.08) },
    publisher_points: of(0.2),
  };
  const counted = Object.values(some).reduce((sum, one) => sum + one, 0);
  return {
    ...some,
    worker_steps: kills - counted,
    ...{ stop_worker: of(0.03), cut_worker: of(0.15), black_hole_worker: of(0.04) },
    ...{ cut_publisher: of(0.06), black_hole_publisher: of(0.02) },
  };
};

/** For the long tests: each named step once, and one of each of the rest at least. */
export const checkFaults = (steps: number): FaultCounts => ({
  ...{ worker_steps: steps, publisher_points: 6 },
  ...{ kill_worker: 4, kill_broker: 1, cut_and_kill_worker: 4 },
  ...{ stop_worker: 1, cut_worker: 4, black_hole_worker: 1, cut_publisher: 1 },
  black_hole_publisher: 0,
});

/** For every check: one of each. */
export const sampleFaults = (steps: number): FaultCounts => ({
  ...checkFaults(steps),
  ...{ kill_worker: 1, cut_and_kill_worker: 1, cut_worker: 1 },
});

/** What the report of either must name. */
export const namesOf = (steps: readonly string[]): string[] => [
  ...steps.map((step) => `worker killed at ${step}`),
  ...publisherPoints.map((point) => `publisher killed at ${point}`),
  ...['broker killed', 'worker stopped beyond its heartbeat', 'worker in a long black hole'],
  ...['worker cut', 'publisher cut', 'worker killed after a cut'],
];
