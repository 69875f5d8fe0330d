// Tries each kind of fault at each request, and a cut at each AMQP method, of a replacement:
// nothing is lost, and the report is right.
import { afterAll, describe, expect, test } from 'vitest';
import { forEachParallel } from '../../src/reconcile/parallel.ts';
import { amqpFaults } from './amqp-gateway.ts';
import { replaceWithFault, worlds, type Place, type WorldName } from './faulted-replacement.ts';
import { faultNames } from './gateway.ts';

const names = Object.keys(worlds) as WorldName[];
/** Concurrent replacements. */
const atOnce = 8;
const tally = { faults: 0, replaced: 0, failed: 0, wrong: 0 };
afterAll(() => {
  const { faults, replaced, failed, wrong } = tally;
  console.log(
    `${faults} faults in replacements: ${replaced} replaced, ${failed} failed and told why, ${wrong} wrong`,
  );
});

async function sweep(places: readonly Place[]): Promise<void> {
  const wrong: string[] = [];
  await forEachParallel(places, atOnce, async (place) => {
    const fared = await replaceWithFault(place);
    tally.faults++;
    tally[fared.ended]++;
    if (fared.wrong.length === 0) return;
    tally.wrong++;
    wrong.push(`${JSON.stringify(place)}: ${fared.wrong.join('; ')} (${fared.error})`);
  });
  expect(wrong).toEqual([]);
}

const slow = 'some hundred replacements';

describe.each(names)('%s', (world) => {
  describe.each(['over HTTP', 'over AMQP'] as const)('%s', (way) => {
    test.each(faultNames)(
      '%s at each request',
      { meta: { slow }, timeout: 600_000 },
      async (fault) => {
        const { requests } = await replaceWithFault({ world, way });
        const places = requests.flatMap(({ nth }) =>
          [true, false].map((reaches) => ({ world, way, http: { nth, fault, reaches } })),
        );
        await sweep(places);
      },
    );
  });

  test.each(amqpFaults)(
    '%s each AMQP method',
    { meta: { slow }, timeout: 600_000 },
    async (fault) => {
      const { methods } = await replaceWithFault({ world, way: 'over AMQP' });
      const places = Array.from({ length: methods }, (_, nth) => ({ nth, fault }));
      await sweep(places.map((amqp) => ({ world, way: 'over AMQP', amqp })));
    },
  );
});
