import { addressOf } from '../topology/identity.ts';
import type { Exchange, Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';

/** An exchange or a queue is not replaced, and nothing was deleted. */
export class Stays extends ExpectedError {
  constructor(object: Exchange | Queue, why: string, hint: string) {
    super(`${addressOf(object)} stays: ${why}`, { hint });
  }
}
