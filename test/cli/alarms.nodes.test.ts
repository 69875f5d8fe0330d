// A broker with a memory or a disk alarm takes no messages: topologies can be written all the same,
// and what has to move messages waits. alarms.long.test.ts has that of the disk alarm.
import { expect, test } from 'vitest';
import { brokerOf } from '../broker-of.ts';
import { freshVhost } from '../broker.ts';
import {
  migrateUnderAlarm,
  moveUnderAlarm,
  node,
  setUpAlarms,
  topo,
  write,
} from './alarmed-node.ts';
import { resources, underAlarm } from './alarms.ts';

setUpAlarms();

/** A queue of this length, bound to an exchange. */
const bound = (length: number): string =>
  [
    'exchanges: [{ name: x, type: direct }]',
    `queues: [{ name: q, arguments: { x-max-length: ${length} } }]`,
    'bindings: [{ source: x, destination: q, routing_key: k }]',
  ].join('\n');

test.each(resources)(
  'under the %s alarm a topology is written, replaced and taken down, and the plan says so',
  async (resource) => {
    const vhost = await freshVhost(brokerOf(node));
    const file = await write(vhost, bound(5));
    await underAlarm(node, resource, async () => {
      const plan = await topo('plan', file);
      expect(plan.code).toBe(0);
      expect(plan.out).toContain(`has the ${resource} alarm, and the broker takes no messages`);
      expect(await topo('apply', file, '--yes')).toMatchObject({ code: 0 });
      const changed = await write(vhost, bound(6));
      expect(await topo('apply', changed, '--yes')).toMatchObject({ code: 0 });
      expect(await topo('destroy', changed, '--yes')).toMatchObject({ code: 0 });
    });
  },
);

test('topo move waits, says so, and goes on when the memory alarm is gone', () =>
  moveUnderAlarm('memory'));

test('a migration waits, says so, and goes on when the memory alarm is gone', () =>
  migrateUnderAlarm('memory'));
