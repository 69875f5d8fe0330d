// Faults at random, for a while; then a few sound workers stay, so that the run can end.
import type { Course } from '../../../../../src/harness/train/core/reducer-types.ts';
import { randomFrom, type Random } from './random.ts';
import { modelOf, Simulation, type Core, type End } from './simulation.ts';
import type { Fate, WorkerPlan } from './worker.ts';

/** Milliseconds. */
const faultsUntil = 120_000;
const until = 3_600_000;

export interface Outcome {
  readonly end: End;
  readonly violations: readonly string[];
  readonly deaths: number;
  readonly simulation: Simulation;
}

export function chaosRun(seed: number, core?: Core): Outcome {
  const random = randomFrom(seed);
  const course = courseOf(random);
  const simulation = new Simulation({
    ...{
      course,
      random,
      fateOf: fates(random, course),
      deaths: random.pick([0, 0.005, 0.03]) ?? 0,
    },
    ...(core && { core }),
  });
  const queues = ['a', 'b', 'c', 'd', 'e'].slice(0, 1 + Math.floor(random.between(0, 5)));
  const crew = new Crew(simulation, random, queues);
  crew.begin();
  const end = simulation.run({ until, faultsUntil });
  const { violations } = simulation.invariants;
  if (end.kind === 'finish' && end.parameters.sha256 !== modelOf(course).sha256)
    violations.push('the model is another one');
  if (end.kind === 'fail') violations.push(`the run failed: ${end.reason}`);
  return { end, violations, deaths: simulation.deaths, simulation };
}

function courseOf(random: Random): Course {
  const shards = Math.floor(random.between(1, 12));
  return {
    ...{ run: 'sim', shards, enough: shards, rounds: Math.floor(random.between(1, 5)) },
    ...{ init: random.chance(0.5), evaluate_every: random.pick([undefined, 1, 2]) },
    ...{ target: undefined, straggler_factor: 1.5, heartbeat: 1_000, max_failures: 4 },
  };
}

/** Never so many failures that the run may fail. */
function fates(random: Random, { max_failures }: Course): (id: string) => Fate {
  const failures = new Map<string, number>();
  return (id) => {
    const fate: Fate = random.chance(0.25)
      ? (random.pick(['twice', 'invalid', 'retryable', 'poison', 'fatal']) ?? 'done')
      : 'done';
    if (fate === 'done' || fate === 'twice') return fate;
    const before = failures.get(id) ?? 0;
    if (before >= max_failures - 1) return 'done';
    failures.set(id, before + 1);
    return fate;
  };
}

class Crew {
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #queues: readonly string[];
  #hired = 0;

  constructor(simulation: Simulation, random: Random, queues: readonly string[]) {
    this.#simulation = simulation;
    this.#random = random;
    this.#queues = queues;
  }

  begin(): void {
    for (const queue of this.#queues) this.#hire(queue);
    this.#next();
  }

  #hire(queue: string): void {
    const usual = this.#random.between(200, 3_000) * (this.#random.chance(0.2) ? 10 : 1);
    const plan: WorkerPlan = {
      ...{ name: `w${++this.#hired}`, queue, concurrency: this.#random.chance(0.3) ? 2 : 1 },
      duration: () => usual * this.#random.between(0.8, 1.3),
    };
    this.#simulation.add(plan);
  }

  #next(): void {
    const { clock } = this.#simulation;
    clock.after(this.#random.between(200, 6_000), () => {
      this.#befall();
      if (clock.now < faultsUntil) this.#next();
      else for (let more = 0; more < 2; more++) this.#rescue();
    });
  }

  /** Some may end by themselves still, as a failure asks them to. */
  #rescue(): void {
    const { clock, workers } = this.#simulation;
    if (workers.filter(({ isUp }) => isUp).length < 3) this.#hire(this.#anyQueue());
    clock.after(10_000, () => this.#rescue());
  }

  #anyQueue(): string {
    return this.#random.pick(this.#queues) ?? 'a';
  }

  #befall(): void {
    const random = this.#random;
    const worker = random.pick(this.#simulation.workers.filter(({ isUp }) => isUp));
    const kind = random.pick(['kill', 'stop', 'drain', 'hire', 'hire'] as const);
    if (kind === 'hire') this.#hire(this.#anyQueue());
    else if (kind === 'kill') worker?.kill(random.pick([0, 0, 500, 28_000]) ?? 0);
    else if (kind === 'stop') worker?.stop(random.between(500, 20_000), 8_000);
    else worker?.drain();
  }
}
