// Checks that the targets of declared alternate and dead-letter exchanges stay: RabbitMQ accepts
// any name and drops the messages.
import type { Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import { isBindingEnd } from '../topology/object.ts';
import { addressOfWay, endKindOf } from '../topology/onward.ts';
import type { Problem } from '../topology/problem.ts';
import type { Outlook } from './outlook.ts';
import { goes } from './ownership.ts';
import { inFull, leadOf } from './way-words.ts';

export function onwardEndsStay(desired: Desired, live: Live, { declared }: Outlook): Problem[] {
  return [...desired.objects].flatMap(([address, { at }]) => {
    const object = declared.objects.get(address);
    if (!isBindingEnd(object)) return [];
    return declared.ways.from(object).flatMap((way) => {
      const end = addressOfWay(way, object.vhost);
      if (end === undefined || !way.certain || !goes(end, desired, live)) return [];
      const what = endKindOf(way);
      return {
        code: 'end-goes',
        message: `${inFull(object, way)}${leadOf(way)} is managed but not declared, so it would be deleted`,
        hint: `declare the ${what}, protect it, or take it out of manage`,
        at,
      };
    });
  });
}
