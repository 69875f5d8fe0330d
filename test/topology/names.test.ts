// Names: addresses, patterns, ownership, and the broker's own objects.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOfNamed, endsOf, hash } from '../../src/topology/address.ts';
import { matchesGlob } from '../../src/topology/glob.ts';
import { addressOf, kindOfAddress } from '../../src/topology/identity.ts';
import type { Binding } from '../../src/topology/object.ts';
import { isManaged, isProtected, type Scope } from '../../src/topology/scope.ts';
import {
  isPredefinedExchange,
  isSystemExchange,
  isSystemQueue,
} from '../../src/topology/system.ts';

function binding(fields: Partial<Binding>): Binding {
  return {
    kind: 'binding',
    vhost: '/',
    source: 's',
    destination: 'd',
    destination_type: 'queue',
    routing_key: '',
    arguments: new Map(),
    ...fields,
  };
}

describe('addresses', () => {
  const named: ['exchange' | 'queue', string, string, string][] = [
    ['queue', '/', 'orders', 'queues/%2F/orders'],
    ['exchange', 'prod', 'ml_tasks', 'exchanges/prod/ml_tasks'],
    ['queue', 'a/b', 'x y~z', 'queues/a%2Fb/x%20y~z'],
    ['queue', '/', "a'b(c)*!", 'queues/%2F/a%27b%28c%29%2A%21'],
    ['queue', '/', '🐇', 'queues/%2F/%F0%9F%90%87'],
  ];
  test.each(named)('%s %s %s', (kind, vhost, name, address) => {
    expect(addressOfNamed(kind, vhost, name)).toBe(address);
    expect(kindOfAddress(address)).toBe(kind);
  });

  const bindings: [Partial<Binding>, string][] = [
    [{}, 'bindings/%2F/e/s/q/d/~'],
    [{ destination_type: 'exchange' }, 'bindings/%2F/e/s/e/d/~'],
    [{ routing_key: 'k' }, 'bindings/%2F/e/s/q/d/k'],
    [{ routing_key: '~' }, 'bindings/%2F/e/s/q/d/%257E'],
    [{ routing_key: 'a b.#' }, 'bindings/%2F/e/s/q/d/a%2Bb.%2523'],
    [{ vhost: 'v', source: 'a/b' }, 'bindings/v/e/a%2Fb/q/d/~'],
  ];
  test.each(bindings)('binding %j', (fields, address) => {
    expect(addressOf(binding(fields))).toBe(address);
    expect(kindOfAddress(address)).toBe('binding');
  });

  test('arguments tell bindings apart, their order does not', () => {
    const of = (...entries: [string, number | string][]) =>
      addressOf(binding({ routing_key: 'k', arguments: new Map(entries) }));
    expect(of(['a', 1], ['b', 2])).toBe(of(['b', 2], ['a', 1]));
    expect(of(['a', 1])).not.toBe(of(['a', '1']));
    expect(of(['a', 1])).toMatch(/^bindings\/%2F\/e\/s\/q\/d\/k~[0-9a-f]{16}$/);
  });

  test('the ends of a binding', () => {
    expect(endsOf(binding({}))).toEqual({ source: 'exchanges/%2F/s', destination: 'queues/%2F/d' });
    expect(endsOf(binding({ destination_type: 'exchange' })).destination).toBe('exchanges/%2F/d');
  });

  test('different objects have different addresses', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 });
    const some = fc.record({ source: name, destination: name, routing_key: name });
    fc.assert(
      fc.property(some, some, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(addressOf(binding(a)) === addressOf(binding(b))).toBe(same);
      }),
    );
  });

  test('a hash is the start of a SHA-256', () => {
    expect(hash('abc', 8)).toBe('ba7816bf');
  });
});

describe('patterns', () => {
  const cases: [pattern: string, name: string, matches: boolean][] = [
    ['orders', 'orders', true],
    ['orders', 'order', false],
    ['orders', 'orders2', false],
    ['*', '', true],
    ['*', 'a/b.c\nd', true],
    ['a*', 'a', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abbcd', false],
    ['*b*', 'abc', true],
    ['*bc', 'abcbc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?', '🐇', true],
    ['??', '🐇', false],
    ['[ab]', 'a', false],
    ['[ab]', '[ab]', true],
    ['a.b', 'axb', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['\\?', '?', true],
    ['\\\\', '\\', true],
    ['', '', true],
    ['', 'a', false],
    ['a**b', 'ab', true],
  ];
  test.each(cases)('%j on %j', (pattern, name, matches) => {
    expect(matchesGlob(pattern, name)).toBe(matches);
  });

  test('many stars match fast', () => {
    expect(matchesGlob(`${'*a'.repeat(30)}b`, 'a'.repeat(255))).toBe(false);
  });
});

describe('scope', () => {
  const scope: Scope = {
    vhost: 'v',
    manage: { exchange: ['e*'], bindings_into: [], queue: ['q1', 'q2'] },
    protect: { exchange: ['e.safe'], queue: [] },
  };
  const cases: ['exchange' | 'queue', string, string, boolean, boolean][] = [
    ['exchange', 'v', 'e1', true, false],
    ['exchange', 'v', 'e.safe', true, true],
    ['exchange', 'w', 'e1', false, false],
    ['exchange', 'w', 'e.safe', false, false],
    ['exchange', 'v', 'q1', false, false],
    ['queue', 'v', 'q2', true, false],
    ['queue', 'v', 'e1', false, false],
  ];
  test.each(cases)('%s %s/%s: managed %s, protected %s', (kind, vhost, name, managed, safe) => {
    expect(isManaged([scope], { kind, vhost, name })).toBe(managed);
    expect(isProtected([scope], { kind, vhost, name })).toBe(safe);
  });

  test('all owns everything of its vhost', () => {
    const all: Scope = { ...scope, manage: 'all' };
    expect(isManaged([all], { kind: 'queue', vhost: 'v', name: 'x' })).toBe(true);
    expect(isManaged([all], { kind: 'queue', vhost: 'w', name: 'x' })).toBe(false);
    expect(isManaged([], { kind: 'queue', vhost: 'v', name: 'x' })).toBe(false);
  });
});

describe("the broker's own objects", () => {
  const queues: [object, boolean][] = [
    [{ name: 'orders' }, false],
    [{ name: 'orders', exclusive: null }, false],
    [{ name: 'orders', exclusive: true }, true],
    [{ name: 'orders', internal: true }, true],
    [{ name: 'amq.gen-x' }, true],
    [{ name: 'xamq.' }, false],
    [{ name: 'mqtt-subscription-1qos1' }, true],
    [{ name: 'stomp-subscription-1' }, true],
    [{ name: 'federation: up -> q' }, true],
    [{ name: 'topo.lock' }, true],
    [{ name: 'orders', arguments: { 'x-internal-purpose': 'federation' } }, true],
  ];
  test.each(queues)('queue %j', (queue, system) => {
    expect(isSystemQueue(queue as { name: string })).toBe(system);
  });

  const exchanges: [object, boolean][] = [
    [{ name: 'ml_tasks', type: 'direct' }, false],
    [{ name: '', type: 'direct' }, true],
    [{ name: 'amq.direct', type: 'direct' }, true],
    [{ name: 'up', type: 'x-federation-upstream' }, true],
    [{ name: 'jms', type: 'x-jms-topic' }, true],
    [{ name: 'x', type: 'fanout', arguments: { 'x-internal-purpose': 'federation' } }, true],
  ];
  test.each(exchanges)('exchange %j', (exchange, system) => {
    expect(isSystemExchange(exchange as { name: string; type: string })).toBe(system);
  });

  test('predefined exchanges by name', () => {
    expect(['', 'amq.topic', 'amqp'].map(isPredefinedExchange)).toEqual([true, true, false]);
  });
});
