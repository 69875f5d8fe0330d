// Mixes of faults: for a whole run, for the long tests, for each check, and for each control.
import type { FaultCounts, TopologyKind } from './options.ts';
import { publisherPoints } from './publishing.ts';
import { stepsOf } from './topologies.ts';

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

/**
 * For every check, on the hardened topology and the shared broker: what is killed at each step and
 * point, and a killed broker, have tests of their own, and what is only silent is for the long
 * tests.
 */
export const sampleFaults: FaultCounts = {
  ...noFaults,
  ...{ worker_steps: 1, steps: ['result_published'] },
  ...{ publisher_points: 1, points: ['sent'] },
  ...{ kill_worker: 1, cut_and_kill_worker: 1, cut_publisher: 1 },
};

/** What a report must name of the faults. */
export function namesOf(faults: FaultCounts, topology: TopologyKind): string[] {
  const { steps = stepsOf[topology], points = publisherPoints } = faults;
  const storm = Object.entries(stormNames).flatMap(([kind, name]) =>
    faults[kind as keyof typeof stormNames] > 0 ? [name] : [],
  );
  return [
    ...(faults.worker_steps > 0 ? steps.map((step) => `worker killed at ${step}`) : []),
    ...(faults.publisher_points > 0 ? points.map((point) => `publisher killed at ${point}`) : []),
    ...storm,
  ];
}

const stormNames = {
  kill_worker: 'worker killed at any moment',
  kill_broker: 'broker killed',
  stop_worker: 'worker stopped beyond its heartbeat',
  cut_worker: 'worker cut',
  cut_and_kill_worker: 'worker killed after a cut',
  black_hole_worker: 'worker in a long black hole',
  cut_publisher: 'publisher cut',
} as const;
