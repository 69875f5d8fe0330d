// Declares one object. Whatever RabbitMQ has a default for is sent all the same: its defaults are not topo's.
import { addressOf } from '../topology/identity.ts';
import { breaksLists } from '../topology/kinds/binding.ts';
import { fullArguments } from '../topology/normal-form.ts';
import { type Binding, type Exchange, type Queue, isExchange } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import type { Client } from './client.ts';
import { isBound, lookAt } from './look.ts';
import { pathOfEnds, pathOfNamed } from './path.ts';

export async function putObject(client: Client, object: Exchange | Queue): Promise<void> {
  const { durable, auto_delete } = object;
  const common = { durable, auto_delete, arguments: fullArguments(object) };
  const own = isExchange(object) ? { type: object.type, internal: object.internal } : {};
  const isDone = async () => (await lookAt(client, object)) === 'as declared';
  await client.write('PUT', pathOfNamed(object), { ...common, ...own }, isDone);
}

export async function putBinding(client: Client, binding: Binding): Promise<void> {
  const { routing_key, arguments: args } = binding;
  if (breaksLists(binding)) throw unlistable(binding);
  const isDone = () => isBound(client, binding);
  await client.write('POST', pathOfEnds(binding), { routing_key, arguments: args }, isDone);
}

/** RabbitMQ 3.10 to 4.3 take it, and then answer 500 for every list of bindings, in every vhost. */
function unlistable(binding: Binding): ExpectedError {
  const what = `${addressOf(binding)}: RabbitMQ can't list a binding that has arguments and a ~ inside its routing key`;
  return new ExpectedError(what, { hint: 'use a routing key without ~' });
}
