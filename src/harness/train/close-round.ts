// Makes the next round's parameters of the results of one.
import { aggregate, type OuterOptimizer } from '../tensors/aggregate.ts';
import { renderTensors } from '../tensors/render.ts';
import type { Tensors } from '../tensors/tensors.ts';
import { contentOf } from './content.ts';
import { meansOf } from './metrics.ts';
import type { Models } from './models.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { Accepted, Closed } from './records.ts';
import type { Command } from './reducer-types.ts';
import type { Stored } from './unit.ts';
import { weightOf, type Weight } from './weight.ts';

export interface CloseParts {
  readonly store: ParameterStore;
  readonly models: Models;
  readonly optimizer: OuterOptimizer;
  readonly weight: Weight;
}

type CloseRound = Extract<Command, { kind: 'close_round' }>;

/** The parameters are in place at once; `durable` settles when they would outlive the machine's end. */
export async function closeRound(
  { round, base, momentum, parts }: CloseRound,
  { store, models, optimizer, weight }: CloseParts,
): Promise<{ closed: Closed; durable: Promise<unknown> }> {
  const made = aggregate({
    base: await models.load(base),
    ...(momentum && { momentum: await models.load(momentum) }),
    parts: await Promise.all(parts.map((part) => partOf(part, models, weight))),
    optimizer,
  });
  for (const { parameters: done } of [...parts, { parameters: base }, { parameters: momentum }]) {
    if (done) models.forget(done);
  }
  const parameters = await place(made.parameters, store, models);
  const closed = { round, parameters: parameters.stored, metrics: meansOf(parts, weight) };
  if (made.momentum === undefined) return { closed, durable: parameters.durable };
  const kept = await place(made.momentum, store, models);
  return {
    closed: { ...closed, momentum: kept.stored },
    durable: Promise.all([parameters.durable, kept.durable]),
  };
}

async function place(tensors: Tensors, store: ParameterStore, models: Models) {
  const content = contentOf(renderTensors(tensors));
  const { durable } = await store.place(content);
  models.keep(content.stored, tensors);
  return { stored: content.stored, durable };
}

async function partOf(part: Accepted, models: Models, weight: Weight) {
  const tensors = await models.load(storedOf(part.unit.id, part.parameters));
  return { tensors, samples: weightOf(part, weight) };
}

function storedOf(unit: string, parameters: Stored | undefined): Stored {
  if (parameters === undefined) throw new Error(`${unit} was accepted without parameters`);
  return parameters;
}
