import { addressOf } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';

/** An object is left as it is, and nothing was deleted. */
export class Stays extends ExpectedError {
  constructor(object: TopologyObject, why: string, hint: string) {
    super(`${addressOf(object)} stays: ${why}`, { hint });
  }
}

/** It could not be looked at, so nothing was done to it now. */
export class Unseen extends Stays {
  readonly reason: string;

  constructor(object: TopologyObject, why: string, what = 'it') {
    const reason = `${what} could not be looked at: ${why}`;
    super(object, reason, 'run topo apply again');
    this.reason = reason;
  }
}
