// Draws by the seed where workers and the publisher are killed.
import type { ChaosOptions } from './options.ts';
import { publisherPoints, type PublisherPlan } from './publishing.ts';
import type { Random } from './seeded.ts';
import { rareSteps, stepsOf } from './topologies.ts';
import type { KillPlan } from './worker-slot.ts';

/** Each step in turn, so that all are met. */
export function drawKills(options: ChaosOptions, random: Random): KillPlan[] {
  const { worker_steps, steps = stepsOf[options.topology] } = options.faults;
  const between = Math.max(1, Math.floor((options.tasks / Math.max(worker_steps, 1)) * 1.4));
  const plans = Array.from({ length: worker_steps }, (_, at) => {
    const step = steps[at % steps.length] ?? 'received';
    const nth = 1 + random.below(rareSteps.has(step) ? 3 : between);
    return { step, nth };
  });
  return random.shuffle(plans);
}

export function drawPublisherKills({ faults }: ChaosOptions, random: Random): PublisherPlan[] {
  const { publisher_points, points = publisherPoints } = faults;
  return Array.from({ length: publisher_points }, (_, at) => ({
    point: points[at % points.length] ?? 'started',
    amount: random.fraction(),
  }));
}
