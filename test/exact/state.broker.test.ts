// Planted differences, each of which the random definitions' comparison must find.
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { atEnd } from '../at-end.ts';
import { authorizationOf } from '../broker-of.ts';
import { broker, whileVhostsGo } from '../broker.ts';
import { differenceOf, readState } from './state.ts';
import { sweep } from './sweep.ts';

const held = `{
  "vhosts": [{ "name": "<own>", "description": "shop", "tags": ["prod"], "metadata": { "description": "shop", "tags": ["prod"] } }],
  "users": [{ "name": "<own>u", "password": "secret", "tags": ["management"], "limits": { "max-channels": 5 } }],
  "permissions": [{ "vhost": "<own>", "user": "<own>u", "configure": "", "write": ".*", "read": "" }],
  "topic_permissions": [{ "vhost": "<own>", "user": "<own>u", "exchange": "amq.topic", "write": "a", "read": "b" }],
  "policies": [{ "vhost": "<own>", "name": "p", "pattern": "^q", "apply-to": "queues", "priority": 1, "definition": { "max-length": 5 } }],
  "parameters": [
    { "vhost": "<own>", "component": "operator_policy", "name": "o", "value": { "pattern": "^q", "apply-to": "queues", "priority": 1, "definition": { "max-length": 9 } } },
    { "vhost": "<own>", "component": "vhost-limits", "name": "limits", "value": { "max-queues": 50 } },
    { "vhost": "<own>", "component": "federation-upstream", "name": "f", "value": { "uri": "amqp://127.0.0.1:1", "max-hops": 2 } }
  ],
  "global_parameters": [{ "name": "<own>g", "value": { "k": 7 } }],
  "exchanges": [{ "vhost": "<own>", "name": "e", "type": "topic", "durable": true, "auto_delete": false, "internal": false, "arguments": { "comment": 1 } }],
  "queues": [{ "vhost": "<own>", "name": "q", "durable": true, "auto_delete": false, "arguments": { "x-max-length": 10, "comment": true } }],
  "bindings": [
    { "vhost": "<own>", "source": "e", "destination": "q", "destination_type": "queue", "routing_key": "k", "arguments": { "n": 3 } },
    { "vhost": "<own>", "source": "e", "destination": "q", "destination_type": "queue", "routing_key": "l", "arguments": {} }
  ]
}`;

const prefix = `exact-${randomUUID().slice(0, 8)}-`;
let count = 0;

async function stateOf(definitions: string): Promise<string[]> {
  const own = `${prefix}${++count}.`;
  const headers = { authorization: authorizationOf(broker), 'content-type': 'application/json' };
  const body = definitions.replaceAll('<own>', own);
  const url = `${broker.endpoint}/api/definitions`;
  const answer = await whileVhostsGo(() => fetch(url, { method: 'POST', headers, body }));
  expect(answer.ok, await answer.text()).toBe(true);
  return readState(own);
}

let state: readonly string[] = [];
beforeAll(async () => {
  atEnd(() => sweep(prefix));
  state = await stateOf(held);
});

test('there is none between two that are made alike', async () => {
  expect(differenceOf(state, await stateOf(held))).toEqual({ only: [], lacks: [] });
});

describe('there is one by', () => {
  test.for<[name: string, was: string | RegExp, is: string]>([
    ['a dropped binding', /,\s*\{[^{}]*"l", "arguments": \{\} \}/, ''],
    ['a dropped policy', /"policies": \[.*\]/, '"policies": []'],
    ['a dropped upstream', /,\s*\{[^{}]*"federation-upstream".*\}/, ''],
    ["an argument's type: 1.0", '"comment": 1 ', '"comment": 1.0 '],
    ['an argument\'s type: "1"', '"comment": 1 ', '"comment": "1" '],
    ['an argument of a binding', '"n": 3', '"n": 3.0'],
    ['a large number', '"k": 7', '"k": 9007199254740993'],
    ['a type', '"topic"', '"fanout"'],
    ['a field', '"internal": false', '"internal": true'],
    ['a password', '"secret"', '"5"'],
    ['a tag', '["management"]', '["monitoring"]'],
    ['a limit of a user', '"max-channels": 5', '"max-channels": 6'],
    ['a limit of a vhost', '"max-queues": 50', '"max-queues": 51'],
    ['a permission', '"write": ".*"', '"write": ".+"'],
    ['a topic permission', '"write": "a"', '"write": "b"'],
    ["a policy's priority", '"queues", "priority": 1', '"queues", "priority": 2'],
    ['an operator policy', '"max-length": 9', '"max-length": 8'],
    ['a description', /"description": "shop"/g, '"description": ""'],
  ])('%s', async ([, was, is]) => {
    const other = held.replace(was, is);
    expect(other).not.toBe(held);
    const { only, lacks } = differenceOf(state, await stateOf(other));
    expect(only.length + lacks.length).toBeGreaterThan(0);
  });
});
