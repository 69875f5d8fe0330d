// Warns of shovels that RabbitMQ deletes by itself.
import type { Desired } from '../topology/desired.ts';
import { renderObject } from '../topology/identity.ts';
import type { Problem } from '../topology/problem.ts';

const ends = ['src-delete-after', 'delete-after', 'src-delete-after-duration'];

/** RabbitMQ deletes such a shovel when it is done, and the next apply creates it again. */
export function warnOfPassingShovels(desired: Desired): Problem[] {
  return [...desired.objects.values()].flatMap(({ object, at, find }) => {
    if (object.kind !== 'parameter' || object.component !== 'shovel') return [];
    const { value } = object;
    if (!(value instanceof Map)) return [];
    const end = ends.find((key) => value.has(key) && value.get(key) !== 'never');
    if (end === undefined) return [];
    return {
      code: 'passing-shovel',
      message: `${renderObject(object)}: RabbitMQ deletes it once it has moved what ${end} says, and each later apply starts it again`,
      hint: 'take it out of the file once it is done; topo move moves messages once',
      at: find?.(['value', end]) ?? at,
    };
  });
}
