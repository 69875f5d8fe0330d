// What topo renders as definitions, and RabbitMQ imports and exports again.
import { expect, test } from 'vitest';
import { renderDefinitions } from '../../src/file/render-definitions.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { Queue, RoutingObject } from '../../src/topology/object.ts';
import { broker, freshVhost } from '../broker.ts';
import { objectsOf } from './read.ts';

const canonical = (objects: readonly RoutingObject[]): string[] =>
  objects.map(canonicalObject).sort();

test('RabbitMQ imports rendered definitions into a vhost that was not there', async () => {
  const vhost = await freshVhost();
  await request('DELETE', `vhosts/${vhost}`);
  const objects = (await objectsOf(imported)).map((object) => ({ ...object, vhost }));
  const options = { version: '4.3.6', vhosts: new Map([[vhost, 'quorum']]) };
  await request('POST', 'definitions', renderDefinitions(objects, options));
  const exported = await request('GET', `definitions/${vhost}`);
  const live = await objectsOf(exported.replace('{', `{"vhost":"${vhost}",`));
  const { rabbitmq_version } = JSON.parse(await request('GET', 'overview')) as {
    rabbitmq_version: string;
  };
  // From 4.0 on a queue without a type becomes one of the vhost's default type.
  const type = rabbitmq_version.startsWith('3.') ? null : 'quorum';
  const expected = objects.map((object) => (isUntyped(object) ? { ...object, type } : object));
  expect(canonical(live)).toEqual(canonical(expected));
});

const isUntyped = (object: RoutingObject): object is Queue =>
  object.kind === 'queue' && object.type === null;

/** As text: JSON.parse would round the numbers. */
async function request(method: string, path: string, body?: string): Promise<string> {
  const { endpoint, username, password } = broker;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${endpoint}/api/${path}`, { method, headers, ...(body && { body }) });
  const text = await answer.text();
  expect(answer.ok, text).toBe(true);
  return text;
}

const imported = `
exchanges:
  - { name: ml_tasks, type: direct }
  - { name: transient, type: headers, durable: false, arguments: { alternate-exchange: ml_tasks } }
queues:
  - { name: 'a b/c?', arguments: { x-expires: 60000 } }
  - { name: big, arguments: { x-queue-type: quorum, x-max-length: 9007199254740993 } }
bindings:
  - { source: ml_tasks, destination: big, routing_key: '5' }
  - { source: ml_tasks, destination: transient, destination_type: exchange }
  - { source: transient, destination: big, arguments: { x-match: any, kind: image } }
`;
