// Arguments sent over AMQP are stored as the HTTP API stores them: the broker hashes them alike.
import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import { renderBind } from '../../src/amqp/frames.ts';
import { NotInAmqp, renderTable } from '../../src/amqp/table.ts';
import { sendUnanswered } from '../../src/amqp/wire.ts';
import { parseJson } from '../../src/topology/json.ts';
import { normalizeBinding } from '../../src/topology/kinds/binding.ts';
import { toTable } from '../../src/topology/value.ts';
import { api, broker, freshVhost } from '../broker.ts';

const tables = [
  '{"a":1}',
  '{"a":-5}',
  '{"a":300}',
  '{"a":9007199254740993}',
  '{"a":9223372036854775807}',
  '{"a":1.0}',
  '{"a":1.5}',
  '{"a":1e5}',
  '{"a":1e300}',
  '{"a":true,"b":false}',
  '{"a":"é🐇","x-match":"all"}',
  '{"z":"1","a":"2","M":"3","ä":"4","\\ud83d\\udc07":"5","\\uffee":"6"}',
  '{"a":{"z":1,"b":[3,"x",1.5,{"k":true,"i":{}}]}}',
  '{"a":[],"b":{}}',
  '{"__proto__":{"__proto__":1},"!":"int8","b":{"!":"int8","value":"x"}}',
];

test.each(tables)('%s', async (json) => {
  const vhost = await freshVhost();
  const pair = `bindings/${vhost}/e/amq.headers/q/q`;
  await api('PUT', `queues/${vhost}/q`, { durable: true });
  await post(pair, `{"routing_key":"k","arguments":${json}}`);
  const [overHttp] = await keysOf(pair);
  await api('DELETE', `${pair}/${encodeURIComponent(overHttp ?? '')}`);

  const raw = { source: 'amq.headers', destination: 'q', routing_key: 'k' };
  const table = toTable(parseJson(json) as object);
  const frame = renderBind(normalizeBinding({ ...raw, arguments: table }, vhost));
  const url = new URL(broker.amqpUrl);
  url.pathname = vhost;
  const model = await connect(url.href);
  const channel = await model.createChannel();
  sendUnanswered(channel, frame);
  await channel.checkQueue('q');
  await model.close();
  expect(await keysOf(pair)).toEqual([overHttp]);
});

const impossible = [
  { name: 'an integer beyond 64 bits', json: '{"a":12345678901234567890123}' },
  { name: 'a name of over 255 bytes', json: `{"${'ä'.repeat(128)}":1}` },
  {
    name: 'a nested table of over 32 keys',
    json: `{"a":{${Array.from({ length: 33 }, (_, n) => `"${n}":1`).join()}}}`,
  },
];

test.each(impossible)('$name exists over HTTP only', ({ name, json }) => {
  const table = toTable(parseJson(json) as object);
  expect(() => renderTable(table)).toThrow(new NotInAmqp(name));
});

/** Numbers as they are written, which JSON.stringify would not keep. */
async function post(path: string, body: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${broker.username}:${broker.password}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${broker.endpoint}/api/${path}`, { method: 'POST', headers, body });
  expect(answer.status).toBe(201);
}

async function keysOf(pair: string): Promise<string[]> {
  const bindings = (await api('GET', pair)) as { properties_key: string }[];
  return bindings.map(({ properties_key }) => properties_key);
}
