// Reads renamed_from: which queue takes over from which.
import { addressOfNamed, type Address } from '../topology/address.ts';
import type { Declared, Rename } from '../topology/desired.ts';
import { isQueue, type Queue, type TopologyObject } from '../topology/object.ts';
import type { Position, Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { kinds } from '../topology/kinds/kinds.ts';
import type { Place } from './place.ts';

interface Given {
  readonly place: Place;
  readonly object: Queue;
  readonly from: string;
}

export class Renames {
  readonly byOld = new Map<Address, Rename>();
  readonly #given: Given[] = [];

  /** `raw`: the entry of the object. */
  add(place: Place, object: TopologyObject, raw: object): void {
    const from: unknown = (raw as { renamed_from?: unknown }).renamed_from;
    if (isQueue(object) && typeof from === 'string') this.#given.push({ place, object, from });
  }

  /** Checks what needs all entries. */
  finish(objects: ReadonlyMap<Address, Declared>): Problem[] {
    return this.#given.flatMap(({ place, object, from }) => {
      const old = addressOfNamed('queue', object.vhost, from);
      const twice = this.byOld.get(old);
      const wrong =
        wrongName(object, from) ?? declaredToo(objects.get(old), from) ?? takenTwice(twice, from);
      if (wrong !== undefined) return place.problem(wrong, ['renamed_from']);
      const to = addressOfNamed('queue', object.vhost, object.name);
      this.byOld.set(old, { to, from, at: place.at });
      return [];
    });
  }
}

type Wrong = Omit<Problem, 'at'> | undefined;

function wrongName(object: Queue, from: string): Wrong {
  const what = `queue ${quote(object.name)}`;
  if (object.type === 'stream')
    return {
      code: 'renamed-stream',
      message: `${what} is a stream, and messages can't be moved into or out of one`,
      hint: 'declare the new stream, and let its readers finish the old one',
    };
  if (from !== object.name && from !== '' && !kinds.queue.isBrokersOwn({ ...object, name: from }))
    return undefined;
  const why = from === object.name ? 'is its own name' : "can't be the name of a queue";
  return {
    code: 'renamed-from',
    message: `${what}: renamed_from ${quote(from)} ${why}`,
    hint: 'name the queue that it takes over from, or remove renamed_from',
  };
}

function declaredToo(declared: Declared | undefined, from: string): Wrong {
  if (declared === undefined) return undefined;
  return {
    code: 'renamed-and-declared',
    message: `queue ${quote(from)} is renamed, but declared at ${placeOf(declared.at)}`,
    hint: 'remove that entry, or renamed_from if both are wanted',
  };
}

function takenTwice(other: Rename | undefined, from: string): Wrong {
  if (other === undefined) return undefined;
  return {
    code: 'renamed-twice',
    message: `queue ${quote(from)} is renamed twice, first at ${placeOf(other.at)}`,
    hint: 'one queue takes over from it: remove renamed_from from the others',
  };
}

const placeOf = ({ file, line, col }: Position): string => `${file}:${line}:${col}`;
