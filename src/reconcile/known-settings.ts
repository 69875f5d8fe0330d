// The settings of queues under policies that may apply, each worked out once.
import { effectiveSettings } from '../topology/effective.ts';
import type { OperatorPolicy, Policy, Queue } from '../topology/object.ts';
import type { Standing } from '../topology/policy-matches.ts';
import type { Table } from '../topology/value.ts';

/** The policies that an object may have. */
export interface Applied {
  readonly policy: Standing<Policy>;
  readonly operator_policy: Standing<OperatorPolicy>;
}

export class KnownSettings {
  readonly #version: string;
  readonly #found = new Map<string | null, Map<Policy | undefined, Known>>();

  constructor(version: string) {
    this.#version = version;
  }

  /** One table for each pair of policies that it may have. */
  of(queue: Queue, { policy, operator_policy }: Applied): Table[] {
    return policy.flatMap((one) => operator_policy.map((other) => this.#by(queue, one, other)));
  }

  /** Most queues have no arguments, and so the same settings as others with the same policies. */
  #by(queue: Queue, policy: Policy | undefined, operator: OperatorPolicy | undefined): Table {
    const find = () => effectiveSettings(queue, policy, operator, this.#version);
    if (queue.arguments.size > 0) return find();
    const byPolicy = inMap(this.#found, queue.type, () => new Map<Policy | undefined, Known>());
    const byOperator = inMap(byPolicy, policy, () => new Map<OperatorPolicy | undefined, Table>());
    return inMap(byOperator, operator, find);
  }
}

/** Settings by operator policy. */
type Known = Map<OperatorPolicy | undefined, Table>;

function inMap<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
