// Draws by the seed what happens to a run.
import type { Random } from '../../chaos/seeded.ts';
import type { CoordinatorPlan, Plan, WorkerSettings } from './train-bed.ts';

type StormKind =
  | 'kill_coordinator'
  | 'kill_worker'
  | 'stop_coordinator'
  | 'stop_worker'
  | 'cut_coordinator'
  | 'cut_worker'
  | 'black_hole_coordinator'
  | 'black_hole_worker'
  | 'kill_broker';

export interface Fault {
  readonly kind: StormKind;
  /** Milliseconds since the run began. */
  readonly after: number;
  /** Milliseconds, of what has an end. */
  readonly lasts: number;
  /** The worker it befalls, from 0. */
  readonly worker: number;
}

export interface SlotPlan {
  /** Each life's; one without a plan lives on. */
  readonly plans: readonly Plan[];
  readonly settings: Pick<WorkerSettings, 'delay' | 'bad' | 'doubles'>;
  /** Milliseconds until it is there, and until it is there again. */
  readonly pause: number;
}

export interface Drawn {
  readonly store: 'shared' | 'inline';
  /** One for each coordinator that is killed. */
  readonly coordinators: readonly CoordinatorPlan[];
  readonly workers: readonly SlotPlan[];
  readonly storm: readonly Fault[];
}

const coordinatorSteps = [
  ...['began', 'dispatched', 'stored', 'recorded', 'acked', 'aggregated', 'closed', 'saved'],
  'finished',
];
const workerSteps = [
  ...['received', 'started', 'trained', 'kept', 'result_published', 'result_confirmed', 'acked'],
];

/** How often a run comes to these; to others many times. */
const rare = new Map([
  ...['began', 'saved', 'finished'].map((step) => [step, 1] as const),
  ...['aggregated', 'closed'].map((step) => [step, 3] as const),
]);

export function draw(random: Random): Drawn {
  const workers = 2 + random.below(3);
  const isRare = (share: number): boolean => random.fraction() < share;
  const coordinators = Array.from({ length: random.below(4) }, () => {
    const step = random.pick(coordinatorSteps);
    return { step, nth: 1 + random.below(rare.get(step) ?? 9), how: 'kill' } as const;
  });
  const spoiler = isRare(0.3) ? random.below(workers) : undefined;
  const store = isRare(0.3) ? 'inline' : 'shared';
  return {
    ...{ store, coordinators },
    workers: Array.from({ length: workers }, (_, at) => {
      const kinds = store === 'shared' ? kindsOfBad : kindsOfBad.slice(0, 2);
      const bad = { kinds: [random.pick(kinds)], nth: 1 + random.below(4) };
      return {
        plans: Array.from({ length: random.below(3) }, () => ({
          ...{ step: random.pick(workerSteps), nth: 1 + random.below(5) },
        })),
        settings: {
          delay: isRare(0.15) ? [100, 400] : [5, 60],
          ...(spoiler === at && { bad }),
          ...(isRare(0.2) && { doubles: 0.5 }),
        },
        pause: random.pick([0, 0, 300, 1_500]),
      };
    }),
    storm: Array.from({ length: random.below(4) }, () => drawFault(random, workers)),
  };
}

const kindsOfBad = ['shape', 'nan', 'missing', 'lie'] as const;

/** Milliseconds: longer than three heartbeats of a worker; longer than AMQP's own, now and then. */
const lengths = [200, 700, 1_300, 1_300, 2_200];
const beyondAmqp = 12_000;

function drawFault(random: Random, workers: number): Fault {
  const kind = random.fraction() < 0.04 ? 'kill_broker' : random.pick(kinds);
  return {
    ...{ kind, after: random.below(1_800), worker: random.below(workers) },
    lasts: random.fraction() < 0.03 ? beyondAmqp : random.pick(lengths),
  };
}

const kinds = [
  ...(['kill_coordinator', 'kill_worker', 'kill_worker', 'stop_coordinator'] as const),
  ...(['stop_worker', 'stop_worker', 'cut_coordinator', 'cut_worker'] as const),
  ...(['black_hole_coordinator', 'black_hole_worker'] as const),
];
