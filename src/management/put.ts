// Declares one object. Sends fields even if RabbitMQ has a default for them: its defaults are not
// topo's.
import { ChangedSince } from '../reconcile/broker.ts';
import { addressOf } from '../topology/identity.ts';
import { breaksLists } from '../topology/kinds/binding.ts';
import { fullArguments } from '../topology/normal-form.ts';
import {
  isReplicated,
  type Binding,
  type BindingEnd,
  type Kind,
  type ObjectOf,
  type TopologyObject,
} from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { assertLed } from './assert-led.ts';
import { isRefusal } from './broker-error.ts';
import type { Client } from './client.ts';
import { isBound, lookAt } from './look.ts';
import { withNeeds } from './needs.ts';
import { pathOfEnds, pathOfNamed } from './path.ts';
import { createSetting } from './put-setting.ts';

const writes: { readonly [K in Kind]: (client: Client, object: ObjectOf<K>) => Promise<void> } = {
  exchange: (client, exchange) => {
    const { type, durable, auto_delete, internal } = exchange;
    return putNamed(client, exchange, { durable, auto_delete, type, internal });
  },
  queue: (client, queue) => {
    const { durable, auto_delete } = queue;
    return putNamed(client, queue, { durable, auto_delete });
  },
  binding: putBinding,
  vhost: createSetting,
  user: createSetting,
  permission: createSetting,
  topic_permission: createSetting,
  policy: createSetting,
  operator_policy: createSetting,
  parameter: createSetting,
  global_parameter: createSetting,
};

/** The same for an object that the plan did not find. Throws ChangedSince and NeedGone. */
export async function createObject(client: Client, object: TopologyObject): Promise<void> {
  try {
    await withNeeds(client, object, () => putObject(client, object));
  } catch (error) {
    const how = isRefusal(error) ? error.reason : undefined;
    throw how?.startsWith('inequivalent arg') === true ? new ChangedSince(object, how) : error;
  }
}

/** Fails if an object with the same name exists and differs. */
export async function putObject(client: Client, object: TopologyObject): Promise<void> {
  const write = writes[object.kind] as (client: Client, object: TopologyObject) => Promise<void>;
  await write(client, object);
}

async function putNamed(client: Client, object: BindingEnd, fields: object): Promise<void> {
  const isDone = async () => (await lookAt(client, object)) === 'as declared';
  const body = { ...fields, arguments: fullArguments(object) };
  const { wasCut } = await client.write('PUT', pathOfNamed(object), body, isDone);
  if (wasCut && isReplicated(object)) await assertLed(client, object);
}

export async function putBinding(client: Client, binding: Binding): Promise<void> {
  const { routing_key, arguments: args } = binding;
  if (breaksLists(binding)) throw unlistable(binding);
  const isDone = () => isBound(client, binding);
  await client.write('POST', pathOfEnds(binding), { routing_key, arguments: args }, isDone);
}

/**
 * RabbitMQ 3.10 to 4.3 accept such a binding, and then answer 500 to every list of bindings, in
 * every vhost.
 */
function unlistable(binding: Binding): ExpectedError {
  const what = `${addressOf(binding)}: RabbitMQ can't list a binding that has arguments and a ~ inside its routing key`;
  return new ExpectedError(what, { hint: 'use a routing key without ~' });
}
