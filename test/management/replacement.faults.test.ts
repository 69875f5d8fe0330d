// Tries each kind of fault at each request, and a cut at each AMQP method, of a replacement:
// nothing is lost, and the report is right.
import { describe, test } from 'vitest';
import { tryAll } from '../faults.ts';
import { amqpFaults } from './amqp-gateway.ts';
import { replaceWithFault, worlds, type Place, type WorldName } from './faulted-replacement.ts';
import { faultNames } from './gateway.ts';

const names = Object.keys(worlds) as WorldName[];
/** Concurrent replacements. */
const atOnce = 8;

const sweep = (places: readonly Place[]): Promise<void> =>
  tryAll('replacement', places, atOnce, async (place) => {
    const { ended, error, wrong } = await replaceWithFault(place);
    return { ended, wrong: wrong.map((text) => `${text} (${error})`) };
  });

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
