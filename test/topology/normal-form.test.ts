// Files and broker meet in one normal form.
import { describe, expect, test } from 'vitest';
import { normalizeBinding } from '../../src/topology/kinds/binding.ts';
import { normalizeExchange } from '../../src/topology/kinds/exchange.ts';
import { declaredBy } from '../../src/topology/kinds/declared-by.ts';
import { globalParameter, parameter } from '../../src/topology/kinds/parameter.ts';
import { normalizeQueue, withDefaultType } from '../../src/topology/kinds/queue.ts';
import {
  canonicalObject,
  fromFields,
  fullArguments,
  isEqual,
  toFields,
} from '../../src/topology/normal-form.ts';
import { unreachable, type TopologyObject } from '../../src/topology/object.ts';
import { Float } from '../../src/topology/value.ts';

test('RabbitMQ stores an empty map as an empty list, as a global parameter', () => {
  const valueOf = (value: unknown) => globalParameter.normalize({ name: 'p', value }, '/').value;
  expect(valueOf({})).toEqual([]);
  expect(valueOf([{}])).toEqual([new Map()]);
  expect(valueOf({ k: {} })).toEqual(new Map([['k', new Map()]]));
});

test('limits of a vhost that are all deleted leave an empty list', () => {
  const left = { component: 'vhost-limits', name: 'limits', value: [] };
  expect(declaredBy(parameter.normalize(left, 'v'))).toMatchObject({
    ...{ kind: 'vhost', name: 'v', limits: new Map() },
  });
});

describe('defaults', () => {
  test('of an exchange', () => {
    expect(normalizeExchange({ name: 'e', type: 'direct' }, '/')).toEqual({
      kind: 'exchange',
      vhost: '/',
      name: 'e',
      type: 'direct',
      durable: true,
      auto_delete: false,
      internal: false,
      arguments: new Map(),
    });
  });

  test('of a queue', () => {
    expect(normalizeQueue({ name: 'q' }, '/')).toEqual({
      kind: 'queue',
      vhost: '/',
      name: 'q',
      type: null,
      durable: true,
      auto_delete: false,
      arguments: new Map(),
    });
  });

  test('of a binding', () => {
    expect(normalizeBinding({ source: 's', destination: 'd' }, '/')).toEqual({
      kind: 'binding',
      vhost: '/',
      source: 's',
      destination: 'd',
      destination_type: 'queue',
      routing_key: '',
      arguments: new Map(),
    });
  });

  test('an entry may name its own vhost', () => {
    expect(normalizeQueue({ name: 'q', vhost: 'v' }, '/').vhost).toBe('v');
    expect(normalizeExchange({ name: 'e', type: 'direct', vhost: 'v' }, '/').vhost).toBe('v');
    expect(normalizeBinding({ source: 's', destination: 'd', vhost: 'v' }, '/').vhost).toBe('v');
  });
});

describe('the type of a queue', () => {
  test('moves out of the arguments, and back', () => {
    const args = { 'x-queue-type': 'quorum', 'x-max-length': 1 };
    const queue = normalizeQueue({ name: 'q', arguments: args }, '/');
    expect(queue.type).toBe('quorum');
    expect(queue.arguments).toEqual(new Map([['x-max-length', 1]]));
    expect(fullArguments(queue)).toEqual(new Map(Object.entries(args)));
  });

  test('may stand beside the arguments, as RabbitMQ 4.3 exports it', () => {
    expect(normalizeQueue({ name: 'q', type: 'stream' }, '/').type).toBe('stream');
  });

  const defaults: [object, string, string][] = [
    [{}, 'quorum', 'quorum'],
    [{}, 'classic', 'classic'],
    [{ durable: false }, 'quorum', 'classic'],
    [{ auto_delete: true }, 'quorum', 'classic'],
    [{ type: 'stream' }, 'quorum', 'stream'],
  ];
  test.each(defaults)('%j in a vhost of %s queues is %s', (fields, vhostDefault, type) => {
    const queue = normalizeQueue({ name: 'q', ...fields }, '/');
    expect(withDefaultType(queue, vhostDefault).type).toBe(type);
  });
});

const base: TopologyObject[] = [
  normalizeExchange({ name: 'n', type: 'direct' }, '/'),
  normalizeQueue({ name: 'n', type: 'classic' }, '/'),
  normalizeBinding({ source: 'n', destination: 'n' }, '/'),
];

describe('equality', () => {
  const different: [TopologyObject | undefined, object][] = [
    [base[0], { type: 'topic' }],
    [base[0], { durable: false }],
    [base[0], { auto_delete: true }],
    [base[0], { internal: true }],
    [base[0], { arguments: new Map([['alternate-exchange', 'x']]) }],
    [base[1], { type: 'quorum' }],
    [base[1], { durable: false }],
    [base[1], { auto_delete: true }],
    [base[1], { arguments: new Map([['x-max-length', 1]]) }],
  ];
  test.each(different)('%j differs from itself with %j', (object, change) => {
    if (object === undefined) throw new Error('no such base');
    const other = { ...object, ...change };
    expect(isEqual(object, other)).toBe(false);
    expect(canonicalObject(object)).not.toBe(canonicalObject(other));
    expect(isEqual(object, { ...object })).toBe(true);
  });

  test('arguments compare by value, in any order', () => {
    const queue = (args: object) => normalizeQueue({ name: 'q', arguments: args }, '/');
    expect(isEqual(queue({ a: 1, b: 2 }), queue({ b: 2, a: 1 }))).toBe(true);
    expect(isEqual(queue({ a: 1 }), queue({ a: new Float(1) }))).toBe(false);
    expect(isEqual(queue({ a: 1 }), queue({ b: 1 }))).toBe(false);
  });

  test('objects of different kinds are never equal', () => {
    for (const [i, a] of base.entries()) {
      for (const [j, b] of base.entries()) expect(isEqual(a, b)).toBe(i === j);
    }
  });
});

describe('fields', () => {
  test.each(base)('of %j give the object back', (object) => {
    expect(fromFields(object.kind, toFields(object))).toEqual(object);
  });

  test("have RabbitMQ's names, in the order people write them", () => {
    expect(base.map((object) => Object.keys(toFields(object)).join(' '))).toEqual([
      'vhost name type durable auto_delete internal arguments',
      'vhost name durable auto_delete arguments',
      'vhost source destination destination_type routing_key arguments',
    ]);
  });

  test('a case missing from a switch is a bug', () => {
    expect(() => unreachable('x' as never)).toThrow('unreachable: x');
  });
});
