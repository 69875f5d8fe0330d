// Plans to carry a queue over, as topo apply would.
import { noConsents, type Consents } from '../../src/reconcile/consents.ts';
import { parkingOf } from '../../src/reconcile/parking.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import type { Plan, ReplaceStep } from '../../src/reconcile/step.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import { broker } from '../broker.ts';
import { toDesired } from '../reconcile/worlds.ts';
import { version } from '../version.ts';
import { openTestBroker } from './arrange.ts';
import type { Setting } from './carried-queue.ts';

/** The plan, and the setting with its parking queue. */
export async function planned(
  setting: Setting,
  consents: Partial<Consents> = {},
): Promise<{ plan: Plan; step: ReplaceStep; setting: Setting }> {
  const scope = { vhost: setting.vhost, manage: { bindings_into: [] }, protect: {} };
  const source = fromFiles(toDesired([setting.after], scope), openTestBroker(), {
    endpoint: broker.endpoint,
    selection: { targets: [] },
    consents: { ...noConsents, ...consents },
    earlier: noneEarlier,
  });
  const { plan } = await source.read();
  const step = plan.steps.find((one) => one.kind === 'replace');
  if (step === undefined) throw new Error('nothing is replaced');
  const parking = parkingOf(step, { digits: '01234567', version, time: new Date() });
  return { plan, step, setting: { ...setting, parking: parking ?? setting.parking } };
}

export const codesOf = ({ refusals }: Plan): string[] => refusals.map(({ code }) => code);
