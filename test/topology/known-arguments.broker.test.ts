// Asks the broker which types of queues take each known argument.
import { beforeAll, expect, test } from 'vitest';
import { AppliedPolicies } from '../../src/topology/applied-policies.ts';
import { effectsIn } from '../../src/topology/effects.ts';
import { breachesOf } from '../../src/topology/kinds/kinds.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import { queueArguments, queueTypes } from '../../src/topology/known-arguments.ts';
import { broker, freshVhost } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import { version } from '../version.ts';

let vhost = '';
beforeAll(async () => {
  vhost = await freshVhost();
});

/** A good value for each argument that isn't a plain number. */
const samples: Readonly<Record<string, unknown>> = {
  'x-overflow': 'drop-head',
  'x-dead-letter-exchange': 'x',
  'x-dead-letter-routing-key': 'k',
  'x-dead-letter-strategy': 'at-most-once',
  'x-single-active-consumer': true,
  'x-queue-mode': 'lazy',
  'x-queue-version': 2,
  'x-queue-master-locator': 'client-local',
  'x-queue-leader-locator': 'balanced',
  'x-delayed-retry-type': 'all',
  'x-max-age': '7D',
  'x-stream-filter-size-bytes': 20,
  'x-message-deduplication': true,
};
const companions: Readonly<Record<string, object>> = {
  'x-dead-letter-routing-key': { 'x-dead-letter-exchange': 'x' },
  'x-delayed-retry-type': { 'x-delayed-retry-min': 10 },
  'x-delayed-retry-max': { 'x-delayed-retry-min': 1 },
};

async function isTaken(name: string, args: object): Promise<boolean> {
  const { ok } = await fetch(`${broker.endpoint}/api/queues/${vhost}/${name}`, {
    method: 'PUT',
    headers: { authorization: authorizationOf(broker), 'content-type': 'application/json' },
    body: JSON.stringify({ durable: true, arguments: args }),
  });
  return ok;
}

function isAllowed(args: object): boolean {
  const queue = normalizeQueue({ name: 'q', arguments: args }, vhost);
  const policies = new AppliedPolicies({ policies: [], objects: new Map() }, [queue]);
  const effects = effectsIn(version, queue, { policies, find: () => undefined });
  const isRefused = effects.some(({ effect }) => effect === 'refused');
  return !isRefused && breachesOf(queue).length === 0;
}

/** Some versions store what only others know. A value that is read differs from another. */
async function isRead(name: string, argument: string, args: object): Promise<boolean> {
  const other = { ...args, [argument]: 3 };
  return (await isTaken(name, args)) && !(await isTaken(name, other));
}

const rows = [...queueArguments.keys()]
  .filter((name) => name !== 'x-queue-type')
  .flatMap((name) => queueTypes.map((type) => [name, type] as const));

test.each(rows)('%s of a %s queue', async (argument, type) => {
  const value = samples[argument] ?? 1;
  const args = { 'x-queue-type': type, ...companions[argument], [argument]: value };
  const name = `${type}-${argument}`;
  if (isAllowed(args)) expect(await isTaken(name, args)).toBe(true);
  else expect(await isRead(name, argument, args)).toBe(false);
});
