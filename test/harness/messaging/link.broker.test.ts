// A connection that comes back: each time as a new generation, with its channels set up anew.
import type { ChannelModel } from 'amqplib';
import { afterEach, expect, test } from 'vitest';
import type { AmqpTarget, BrokerIdentity } from '../../../src/connection/amqp-target.ts';
import { Link, type LinkOptions, type LinkState } from '../../../src/harness/messaging/link.ts';
import { InvalidInput } from '../../../src/topology/problem.ts';
import { broker, freshVhost } from '../../broker.ts';
import { openProxy } from '../../proxy.ts';
import { version } from '../../version.ts';
import { until } from '../bed.ts';
import { targetOf } from '../target.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const nothing = (): void => undefined;

async function arrange(
  begin: (model: ChannelModel) => Promise<void> = () => Promise.resolve(),
  patience: Partial<Pick<LinkOptions, 'timeout' | 'heartbeat'>> = {},
  expected: Pick<AmqpTarget, 'assertExpected'> = {},
) {
  const target = { ...targetOf(broker.amqpUrl), ...expected };
  const proxy = await openProxy({ host: target.hostname, port: target.port });
  open.push(proxy);
  const states: LinkState[] = [];
  const options = {
    target: { ...target, hostname: '127.0.0.1', port: proxy.port },
    ...{ vhost: await freshVhost(), name: 'test', timeout: 5_000, heartbeat: 10 },
    ...patience,
    onState: (state: LinkState) => states.push(state),
  };
  const generations: number[] = [];
  const opening = Link.open(options, async (model, generation) => {
    generations.push(generation);
    await begin(model);
  });
  void opening.then(
    (link) => open.push(link),
    () => undefined,
  );
  return { proxy, states, generations, opening, kinds: () => states.map(({ kind }) => kind) };
}

test('a cut is followed by a new generation', async () => {
  const { proxy, opening, generations, kinds } = await arrange();
  const link = await opening;
  proxy.cut();
  await until(() => link.generation === 2, 'the second connection');
  expect(generations).toEqual([1, 2]);
  await until(() => kinds().length === 3, 'the states');
  expect(kinds()).toEqual(['connected', 'lost', 'connected']);
});

test('a broker that is not the expected one is left alone, and tried again', async () => {
  let isOther = false;
  const assertExpected = ({ cluster_name, version: found }: BrokerIdentity): void => {
    expect(cluster_name).not.toBe('');
    expect(found).toBe(version);
    if (isOther) throw new InvalidInput([{ code: 'other', message: 'another cluster', hint: '' }]);
  };
  const { proxy, opening, states, generations } = await arrange(undefined, {}, { assertExpected });
  const link = await opening;
  isOther = true;
  proxy.cut();
  const isTold = (state: LinkState) => state.kind === 'lost' && state.reason === 'another cluster';
  await until(() => states.some(isTold), 'the other broker');
  expect(generations).toEqual([1]);
  isOther = false;
  await until(() => link.generation === 2, 'the expected broker');
});

test('connections that are cut as soon as they come are tried for less and less often', async () => {
  const { proxy, opening, states, kinds } = await arrange();
  await opening;
  for (let cuts = 1; cuts <= 4; cuts++) {
    await until(() => kinds().at(-1) === 'connected', 'the connection');
    proxy.cut();
    await until(() => kinds().filter((kind) => kind === 'lost').length === cuts, 'its loss');
  }
  const retries = states.flatMap((state) => (state.kind === 'lost' ? [state.retry] : []));
  expect(retries).toEqual([50, 100, 200, 400]);
});

test('silence is noticed by the heartbeat, and tried against until it ends', async () => {
  const { proxy, opening, states, kinds } = await arrange(undefined, {
    timeout: 2_000,
    heartbeat: 1,
  });
  const link = await opening;
  proxy.blackHole();
  await until(() => kinds().filter((kind) => kind === 'lost').length >= 3, 'attempts');
  expect(states).toContainEqual(expect.objectContaining({ kind: 'lost', retry: 200 }));
  proxy.restore();
  await until(() => kinds().at(-1) === 'connected', 'the connection');
  expect(link.generation).toBeGreaterThan(1);
});

test('a first connection that comes about in no time is an error', async () => {
  const target = { ...targetOf(broker.amqpUrl), port: 1 };
  const options = { target, vhost: '/', name: 'test', timeout: 500, heartbeat: 1 };
  await expect(Link.open(options, () => Promise.resolve())).rejects.toThrow('ECONNREFUSED');
});

test('what can not be set up ends the first attempt, with its reason', async () => {
  const { opening } = await arrange(() => Promise.reject(new Error('no such queue')));
  await expect(opening).rejects.toThrow('no such queue');
});

test('what can not be set up later is tried again', async () => {
  let refusals = 0;
  const { proxy, opening, kinds, generations } = await arrange(() => {
    const isRefused = generations.length > 1 && ++refusals <= 2;
    return isRefused ? Promise.reject(new Error('not yet')) : Promise.resolve();
  });
  await opening;
  proxy.cut();
  await until(() => kinds().at(-1) === 'connected' && kinds().length > 1, 'the connection');
  expect(generations).toEqual([1, 2, 3, 4]);
});

test('setting up that is never answered is given up', async () => {
  let fallSilent = nothing;
  const begin = async (model: ChannelModel): Promise<void> => {
    await until(() => fallSilent !== nothing, 'the proxy');
    fallSilent();
    await model.createChannel();
  };
  const { proxy, opening } = await arrange(begin, { timeout: 500 });
  fallSilent = () => proxy.blackHole();
  const late = new Promise((resolve) => setTimeout(resolve, 3_000, 'still waiting'));
  expect(await Promise.race([opening.catch(() => 'given up'), late])).toBe('given up');
});

test('a link that is restarted sets all up anew', async () => {
  const { opening, generations } = await arrange();
  const link = await opening;
  link.restart('on purpose');
  await until(() => link.generation === 2, 'the second connection');
  expect(generations).toEqual([1, 2]);
});

test('a link that is closed stays closed', async () => {
  const { opening, kinds, proxy } = await arrange();
  const link = await opening;
  await link.close();
  proxy.cut();
  // It takes one that is open no longer to come back.
  const other = await arrange();
  const lasting = await other.opening;
  other.proxy.cut();
  await until(() => lasting.generation === 2, 'the second connection');
  expect(kinds()).toEqual(['connected']);
});
