// Reads a run's course and its outer optimizer from the job.
import type { OuterOptimizer } from '../../data/tensors/aggregate.ts';
import type { Job } from './job.generated.ts';
import type { Course } from '../core/reducer-types.ts';

/** `shards`: how many there are. `heartbeat`: the job's, in milliseconds. */
export function courseOf(
  job: Job,
  { run, shards, heartbeat }: { run: string; shards: number; heartbeat: number },
): Course {
  const { completion, evaluation } = job;
  const enough = completion.shards === 'all' ? shards : Math.ceil(completion.shards * shards);
  return {
    run,
    shards,
    enough,
    heartbeat,
    rounds: job.rounds,
    target: job.target,
    init: job.model.parameters === undefined,
    evaluate_every: evaluation?.every,
    straggler_factor: job.straggler_factor,
    max_failures: job.max_failures,
  };
}

export function optimizerOf({ outer_optimizer }: Job): OuterOptimizer {
  const { kind, learning_rate, momentum } = outer_optimizer;
  return kind === 'average' ? { kind } : { kind, learning_rate, momentum };
}
