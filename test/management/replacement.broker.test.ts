// Runs a sample of replacement.faults.test.ts.
import { expect, test } from 'vitest';
import { replaceWithFault, type Place } from './faulted-replacement.ts';

const places: readonly Place[] = [
  { world: 'an exchange', way: 'over HTTP' },
  { world: 'an exchange', way: 'over AMQP' },
  { world: 'a classic queue', way: 'over HTTP' },
  { world: 'a quorum queue', way: 'over AMQP' },
];

test.each(places)('$world, $way: the last DELETE gets no answer from the broker', async (place) => {
  const undisturbed = await replaceWithFault(place);
  expect(undisturbed).toMatchObject({ ended: 'replaced', wrong: [] });
  const { requests } = undisturbed;
  const { nth } = requests.findLast(({ method }) => method === 'DELETE') ?? { nth: 0 };
  const fault = 'a 200 page';
  for (const reaches of [true, false]) {
    const { wrong } = await replaceWithFault({ ...place, http: { nth, fault, reaches } });
    expect(wrong).toEqual([]);
  }
});

test('an exchange, over AMQP: a cut after half of its methods', async () => {
  const place: Place = { world: 'an exchange', way: 'over AMQP' };
  const { methods } = await replaceWithFault(place);
  const amqp = { nth: Math.floor(methods / 2), fault: 'a cut after' } as const;
  expect(await replaceWithFault({ ...place, amqp })).toMatchObject({ wrong: [] });
});
