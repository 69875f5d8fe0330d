import { addressOf } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';

/** An object is left as it is, and nothing was deleted. */
export class Stays extends ExpectedError {
  constructor(object: TopologyObject, why: string, hint: string) {
    super(`${addressOf(object)} stays: ${why}`, { hint });
  }
}
