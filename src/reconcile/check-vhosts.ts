// Checks the vhosts of the files against the broker: topo neither creates nor changes vhosts yet.
import { plural } from '../topology/count.ts';
import type { DeclaredVhost, Desired } from '../topology/desired.ts';
import { letIn } from '../topology/grant.ts';
import { withDefaultType } from '../topology/kinds/queue.ts';
import type { Live } from '../topology/live.ts';
import { type Queue, isQueue } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { quote, shellWord } from '../topology/quote.ts';

export function vhostsExist(desired: Desired, live: Live): Problem[] {
  return [...desired.vhosts]
    .filter(([vhost]) => !live.vhosts.has(vhost))
    .map(([vhost, at]) => {
      const declared = desired.declaredVhosts.get(vhost);
      const missing = `vhost ${quote(vhost)} does not exist on ${live.broker.place}, or this user may not see it`;
      return {
        code: 'no-such-vhost',
        message: declared ? `${missing}: topo does not create vhosts yet` : missing,
        hint: `${atTop(vhost, desired)}create it (${commandFor(vhost, declared)}), let the user in (${letIn(live.broker.user, vhost)}), or correct the name`,
        at,
      };
    });
}

/** RabbitMQ exports a vhost without its name, or with the name it has on that broker. */
function atTop(vhost: string, { files }: Desired): string {
  const [file] = [...files].find(([, one]) => one.takesVhost && one.vhost === vhost) ?? [];
  return file === undefined
    ? ''
    : `to plan ${file} against another vhost, add "vhost": "NAME" at its top; or `;
}

/** Covers vhosts without declared objects: no other check would report those. */
export function warnOfMissingVhosts(desired: Desired, live: Live): Problem[] {
  return [...desired.declaredVhosts]
    .filter(([vhost]) => !live.broker.vhosts.has(vhost))
    .map(([vhost, declared]) => ({
      code: 'no-such-vhost',
      message: `vhost ${quote(vhost)} is declared but not on the broker, or this user may not see it: topo does not create vhosts yet`,
      hint: commandFor(vhost, declared),
      at: declared.at,
    }));
}

function commandFor(vhost: string, declared: DeclaredVhost | undefined): string {
  const type =
    declared?.type === undefined ? '' : ` --default-queue-type ${shellWord(declared.type)}`;
  return `rabbitmqctl add_vhost ${shellWord(vhost)}${type}`;
}

/** A queue without a type would get another type than the file expects. */
export function defaultTypesAgree(desired: Desired, live: Live): Problem[] {
  return [...desired.declaredVhosts].flatMap(([name, { type, at }]) => {
    const found = live.vhosts.get(name)?.default_queue_type;
    if (type === undefined || found === undefined || type === found) return [];
    const [first, ...others] = queuesWithout(name, desired).filter(
      (queue) => withDefaultType(queue, type).type !== withDefaultType(queue, found).type,
    );
    if (first === undefined) return [];
    const [more, have] =
      others.length === 0 ? ['', 'has'] : [` and ${plural(others.length, 'other')}`, 'have'];
    return {
      code: 'default-type-differs',
      message: `the default queue type of vhost ${quote(name)} is ${quote(type)} here, and ${quote(found)} on the broker: queue ${quote(first.name)}${more}, which ${have} no type, would be ${found}`,
      hint: `give each queue its x-queue-type, or the vhost its default: rabbitmqctl update_vhost_metadata ${shellWord(name)} --default-queue-type ${type} (if there is no such command, recreate the vhost)`,
      at,
    };
  });
}

function queuesWithout(vhost: string, { objects }: Desired): Queue[] {
  return [...objects.values()].flatMap(({ object }) =>
    isQueue(object) && object.vhost === vhost && object.type === null ? [object] : [],
  );
}
