// How much each queue may take: the slots of its workers, and what of this run is in them.
import type { Draft } from './draft.ts';
import type { Flight } from './state.ts';

export interface Lane {
  readonly queue: string;
  /** How many tasks its workers train at once. */
  slots: number;
  /** How many wait there, or are trained: late copies of units that are done, too. */
  load: number;
}

/** The queues with a worker that takes new tasks. */
export function lanesOf(draft: Draft): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const { queue, state, isSilent, concurrency, tasks } of draft.workers.map.values()) {
    if (isSilent || state === 'draining' || isClosed(draft, queue)) continue;
    const lane = lanes.get(queue) ?? { queue, slots: 0, load: 0 };
    lane.slots += concurrency;
    // One that is busy without a task holds a failed one back until it is tried again.
    lane.load += Math.max(tasks.length, state === 'busy' ? 1 : 0);
    lanes.set(queue, lane);
  }
  for (const { copies } of draft.flights.map.values()) {
    for (const { queue, worker } of copies) {
      const lane = worker === undefined ? lanes.get(queue) : undefined;
      if (lane) lane.load++;
    }
  }
  return [...lanes.values()];
}

const isClosed = ({ queues, at }: Draft, queue: string): boolean =>
  (queues.get(queue)?.closed_until ?? 0) > at;

export const hasRoom = ({ slots, load }: Lane): boolean => load < slots;

/** Never where the unit is already, and only where it failed least often: it waits for such a queue. */
export function pickLane(
  lanes: readonly Lane[],
  { copies, avoid }: Pick<Flight, 'copies' | 'avoid'>,
): Lane | undefined {
  const others = lanes.filter(({ queue }) => !copies.some((copy) => copy.queue === queue));
  const failuresIn = ({ queue }: Lane): number => avoid.filter((one) => one === queue).length;
  const fewest = Math.min(...others.map(failuresIn));
  let best: Lane | undefined;
  for (const lane of others) {
    if (failuresIn(lane) > fewest || !hasRoom(lane)) continue;
    if (lane.load < (best?.load ?? Infinity)) best = lane;
  }
  return best;
}
