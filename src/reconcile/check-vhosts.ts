// Checks the vhosts that the files name without declaring them.
import { addressOfVhost } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Desired } from '../topology/desired.ts';
import { letIn } from '../topology/grant.ts';
import { withDefaultType } from '../topology/kinds/queue.ts';
import type { Live } from '../topology/live.ts';
import { type Queue, isQueue } from '../topology/object.ts';
import { mayChangeType } from './new-vhosts.ts';
import type { Problem } from '../topology/problem.ts';
import { quote, shellWord } from '../topology/quote.ts';

export function vhostsExist(desired: Desired, live: Live): Problem[] {
  return [...desired.vhosts]
    .filter(([vhost]) => !live.vhosts.has(vhost) && !isDestroyed(vhost, desired, live))
    .map(([vhost, at]) => ({
      code: 'no-such-vhost',
      message: `vhost ${quote(vhost)} does not exist on ${live.broker.place}, or this user may not see it`,
      hint: `${atTop(vhost, desired)}declare it (vhosts: [{ name: ${quote(vhost)} }]), let the user in (${letIn(live.broker.user, vhost)}), or correct the name`,
      at,
    }));
}

/** A vhost that is declared and gone needs nothing more. */
const isDestroyed = (vhost: string, { destroyed }: Desired, { broker }: Live): boolean =>
  destroyed?.has(addressOfVhost(vhost)) === true && !broker.vhosts.has(vhost);

/** RabbitMQ exports a vhost without its name, or with the name it has on that broker. */
function atTop(vhost: string, { files }: Desired): string {
  const [file] = [...files].find(([, one]) => one.takesVhost && one.vhost === vhost) ?? [];
  return file === undefined
    ? ''
    : `to plan ${file} against another vhost, add "vhost": "NAME" at its top; or `;
}

/** A queue without a type would get another type than the file expects. */
export function defaultTypesAgree(desired: Desired, live: Live): Problem[] {
  return [...desired.expectedTypes].flatMap(([name, { type, at }]) => {
    const found = live.vhosts.get(name)?.default_queue_type;
    if (found === undefined || type === found) return [];
    const [first, ...others] = queuesWithout(name, desired).filter(
      (queue) => withDefaultType(queue, type).type !== withDefaultType(queue, found).type,
    );
    if (first === undefined) return [];
    const [more, have] =
      others.length === 0 ? ['', 'has'] : [` and ${plural(others.length, 'other')}`, 'have'];
    return {
      code: 'default-type-differs',
      message: `the default queue type of vhost ${quote(name)} is ${quote(type)} here, and ${quote(found)} on the broker: queue ${quote(first.name)}${more}, which ${have} no type, would be ${found}`,
      hint: `give each queue its x-queue-type, or the vhost its default: rabbitmqctl update_vhost_metadata ${shellWord(name)} --default-queue-type ${type} (3.x has no such command: recreate the vhost)`,
      at,
    };
  });
}

/** Before 4.0, RabbitMQ keeps the default queue type that a vhost was created with. */
export function defaultTypesStay(desired: Desired, live: Live): Problem[] {
  if (mayChangeType(live)) return [];
  return [...desired.objects].flatMap(([address, { object, at }]) => {
    if (object.kind !== 'vhost') return [];
    const found = live.objects.get(address);
    if (found?.kind !== 'vhost') return [];
    const { name, default_queue_type: wanted } = object;
    const { default_queue_type: held = 'classic' } = found;
    if (wanted === undefined || wanted === held) return [];
    return {
      code: 'default-type-differs',
      message: `the default queue type of vhost ${quote(name)} is ${quote(wanted)} here, and ${quote(held)} on the broker: RabbitMQ ${live.broker.version} can't change it`,
      hint: 'leave default_queue_type out and give each queue its x-queue-type, or recreate the vhost',
      at,
    };
  });
}

function queuesWithout(vhost: string, { objects }: Desired): Queue[] {
  return [...objects.values()].flatMap(({ object }) =>
    isQueue(object) && object.vhost === vhost && object.type === null ? [object] : [],
  );
}
