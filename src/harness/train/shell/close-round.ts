// Makes the next round's parameters of the results of one.
import type { OuterOptimizer } from '../../data/tensors/aggregate.ts';
import { meansOf, weightOf, type Weight } from './metrics.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import type { Accepted, Closed } from '../model/records.ts';
import type { Command } from '../core/reducer-types.ts';

export interface CloseParts {
  readonly store: ParameterStore;
  readonly optimizer: OuterOptimizer;
  readonly weight: Weight;
}

type CloseRound = Extract<Command, { kind: 'close_round' }>;

/**
 * The parameters are in place at once; `durable` settles when they would outlive the machine's end.
 */
export async function closeRound(
  { round, base, momentum: before, parts }: CloseRound,
  { store, optimizer, weight }: CloseParts,
): Promise<{ closed: Closed; durable: Promise<unknown> }> {
  const { parameters, momentum } = await store.mean({
    base,
    momentum: before,
    optimizer,
    parts: parts.map((part) => partOf(part, weight)),
  });
  const closed = {
    round,
    parameters: parameters.stored,
    metrics: meansOf(parts, weight),
    ...(momentum && { momentum: momentum.stored }),
  };
  return { closed, durable: Promise.all([parameters.durable, momentum?.durable]) };
}

function partOf(part: Accepted, weight: Weight) {
  const { unit, parameters } = part;
  if (parameters === undefined) throw new Error(`${unit.id} was accepted without parameters`);
  return { parameters, samples: weightOf(part, weight) };
}
