// Topic permissions need their exchange from RabbitMQ 4.3 on.
import { expect, test } from 'vitest';
import { topicExchangesExist } from '../../src/reconcile/check-topics.ts';
import { kinds } from '../../src/topology/kinds/kinds.ts';
import { objectsOf, scopeOf } from './shorthand.ts';
import { toDesired, toLive } from './worlds.ts';

const on = (exchange: string, version: string, isRead = true): string[] => {
  const fields = { user: 'u', exchange, write: '.*', read: '.*' };
  const one = kinds.topic_permission.normalize(fields, '/');
  const desired = toDesired([one, ...objectsOf('e:declared')], scopeOf(''));
  const live = toLive(isRead ? objectsOf('e:amq.topic, e:there') : []);
  const objects = isRead ? live.objects : new Map<string, never>();
  const broker = { ...live.broker, version };
  return topicExchangesExist(desired, { ...live, broker, objects }).map(({ code }) => code);
};

test('an exchange that is nowhere is told before the first write', () => {
  expect(on('typo', '4.3.6')).toEqual(['no-such-exchange']);
});

test.each([
  ['an exchange that is declared', 'declared', '4.3.6'],
  ['one that is live', 'there', '4.3.6'],
  ['all of them', '', '4.3.6'],
  ['any name, before 4.3', 'typo', '4.0.5'],
])('%s is fine', (_what, exchange, version) => {
  expect(on(exchange, version)).toEqual([]);
});

test('nothing is told of a vhost that was not read', () => {
  expect(on('typo', '4.3.6', false)).toEqual([]);
});
