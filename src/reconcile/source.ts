// Reads a plan from the files or from a saved document, and afterwards what is left of it. Only
// through a Reader, which can't write.
import { addressOfVhost } from '../topology/address.ts';
import { alsoFor, alsoForSaved } from './also.ts';
import type { Desired } from '../topology/desired.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import { isQueue } from '../topology/object.ts';
import type { Reader } from './broker.ts';
import { withCarry } from './carry.ts';
import { warnOfUseSince } from './carry-notes.ts';
import type { Health } from './cluster.ts';
import { warnOfUnusedConsents, type Consents } from './consents.ts';
import { deadQueue, warnOfDeadQueues, withDeadQueues } from './dead-queues.ts';
import { tellDisowned, within } from './disowned.ts';
import { elsewhere, StalePlan } from './drift.ts';
import { withEffects } from './effects.ts';
import { assertExpected, assertStillExpected, type Identity } from './expected.ts';
import { guardCarry } from './guard-carry.ts';
import { guardOnward } from './guard-onward.ts';
import { fixConsents, guard } from './guard.ts';
import { guardConnections, readConnected, withConnections } from './guard-connections.ts';
import { guardUsers } from './guard-users.ts';
import { guardHealth, isOfHealth } from './health.ts';
import { Outlook } from './outlook.ts';
import { countParked } from './owed.ts';
import type { Refusal } from './plan.generated.ts';
import { lasts } from './ownership.ts';
import {
  findMissing,
  planUpon,
  readGapOf,
  toWarning,
  withDepths,
  type PlanOptions,
} from './plan.ts';
import { guardRenames, targetsOf } from './renames.ts';
import { changesOf, resume } from './resume.ts';
import { objectOf, type Plan, type Step } from './step.ts';
import {
  describeUnfinished,
  findUnfinished,
  guardUnfinished,
  isAnythingOpen,
  warnOfNotMissed,
  withOwed,
  type Earlier,
  type Unfinished,
} from './unfinished.ts';
import { readUntilSure, unreached, type Reading } from './verify.ts';

export interface PlanSource {
  /** Reads the plan, and what to put back before it. */
  read(): Promise<Found>;
  /**
   * Reads the broker again: returns the steps that it still lacks, and its state. `isConfirmed`:
   * whether the broker's own answers say that each step is done. `through`: another node.
   */
  readAgain(isConfirmed: boolean, through?: Reader): Promise<Reading>;
  /** The vhosts to write to. Throws WrongEnvironment if the plan is for another broker. */
  vhostsOn(broker: Identity): readonly string[];
  /** The whole plan as the user saw it. */
  reviewed(plan: Plan): Plan;
}

interface Found {
  readonly plan: Plan;
  readonly unfinished: Unfinished;
  /** The cluster when the plan was read. */
  readonly health: Health;
}

/** Begun before the broker is read, and awaited after it. */
function beginHealth(reader: Reader): Promise<Health> {
  const reading = reader.readHealth();
  reading.catch(() => undefined);
  return reading;
}

/** `upon`: the broker once everything taken away is back. */
async function findAll(live: Live, reader: Reader, earlier: Earlier) {
  const found = findUnfinished(reader, live, earlier);
  const unfinished = { ...found, owed: await countParked(found.owed, live, reader) };
  return { unfinished, upon: withOwed(live, unfinished) };
}

/**
 * Plans from the files, and again after apply. `was`: the earlier files, to find what the present
 * ones no longer own.
 */
export function fromFiles(
  desired: Desired,
  reader: Reader,
  options: PlanOptions,
  was?: Desired,
): PlanSource {
  const also = alsoFor([desired, ...(was === undefined ? [] : [was])]);
  const readLive = async (by: Reader) =>
    within(await by.readLive(new Set(desired.vhosts.keys()), also), desired);
  return {
    async read() {
      const reading = beginHealth(reader);
      const vhosts = [...desired.vhosts.keys(), ...(was?.vhosts.keys() ?? [])];
      const all = await reader.readLive(new Set(vhosts), also);
      const live = within(all, desired);
      const { unfinished, upon } = await findAll(live, reader, options.earlier);
      const health = await reading;
      const plan = await planUpon({ upon, unfinished, health }, desired, reader, options);
      const told = was === undefined ? {} : tellDisowned(plan, was, desired, { all, upon });
      return { plan: { ...plan, ...told }, unfinished, health };
    },
    readAgain: (isConfirmed, through = reader) =>
      readUntilSure(isConfirmed, async () => {
        const live = await readLive(through);
        return { unreached: findMissing(live, desired, options.selection), live };
      }),
    vhostsOn(broker) {
      assertExpected(desired, { broker });
      return [...desired.vhosts.keys()].filter((vhost) => broker.vhosts.has(vhost));
    },
    reviewed: (plan) => plan,
  };
}

export interface SavedOptions {
  /** The endpoint to show. */
  readonly endpoint: string;
  /** The user agreed to what the saved plan showed. */
  readonly consents: Consents;
  readonly earlier: Earlier;
}

/**
 * Resumes a saved plan: runs the guards again and leaves out steps already done. Throws StalePlan.
 */
export function fromSaved(saved: Plan, reader: Reader, options: SavedOptions): PlanSource {
  const readLive = async (by: Reader): Promise<Live> => {
    const vhosts = new Set(vhostsOf(saved));
    const live = await by.readLive(vhosts, alsoForSaved(saved));
    assertStillExpected(saved, live);
    const made = new Set(saved.steps.map(({ address }) => address));
    const isUnseen = (vhost: string) => !live.vhosts.has(vhost) && !made.has(addressOfVhost(vhost));
    const unseen = [...vhosts].filter(isUnseen);
    if (unseen.length === 0) return live;
    throw new StalePlan(unseen.map((vhost) => elsewhere(`vhost "${vhost}" is no longer visible`)));
  };
  return {
    async read() {
      const reading = beginHealth(reader);
      const live = await readLive(reader);
      const { unfinished, upon } = await findAll(live, reader, options.earlier);
      const health = await reading;
      const plan = resume(saved, upon);
      const { changes, objects } = changesOf(plan.steps, upon);
      const counted = [...queuesOf(plan.steps, live), ...targetsOf(changes, live)];
      const depths = withDeadQueues(await reader.readDepths(counted), counted, health);
      const gap = await readGapOf(plan.steps, reader);
      const connected = await readConnected(plan.steps, reader);
      const told = withConnections(withDepths(plan.steps, depths), connected);
      const carried = withCarry(told, { live: upon, gap, consents: options.consents });
      const steps = await withEffects(carried.steps, upon, reader);
      const consents = fixConsents(options.consents, saved.steps);
      const isOwing = isAnythingOpen(unfinished);
      const unfit = guardHealth({ steps, isOwing, live: upon, health }, consents);
      const declared = saved.steps.map(({ address }) => address);
      const warnings = [
        ...plan.warnings.filter((one) => !ofThen.has(one.code) && !isOfHealth(one)),
        ...[...warnOfDeadQueues(declared, upon, health, steps), ...reader.doubts()].map(toWarning),
        ...unfit.warnings,
        ...warnOfUseSince(saved.steps, steps),
      ];
      const here = { endpoint: options.endpoint, steps, gap, warnings };
      const onward = guardOnward(changes, new Outlook({ objects }, upon), consents);
      const more = [
        ...guardRenames(changes, objects, upon, depths),
        ...guardUsers(plan.steps, upon, consents),
        ...guardConnections(plan.steps, connected, consents),
        ...unfit.refusals,
        ...guardCarry(carried.carrying, consents, upon.broker.version),
      ];
      const again = guardAgain({ ...plan, ...here }, { onward, more }, unfinished, consents);
      return { plan: again, unfinished, health };
    },
    // Includes steps that were done before: someone may have undone them meanwhile.
    readAgain: (isConfirmed, through = reader) =>
      readUntilSure(isConfirmed, async () => {
        const live = await readLive(through);
        return { unreached: unreached(saved.steps, live), live };
      }),
    vhostsOn(broker) {
      assertStillExpected(saved, { broker });
      return [...new Set(vhostsOf(saved))].filter((vhost) => broker.vhosts.has(vhost));
    },
    reviewed: () => saved,
  };
}

/** The codes of warnings that are given again. */
const ofThen: ReadonlySet<string> = new Set([deadQueue, 'amqp-refused']);

function vhostsOf({ steps }: Plan): string[] {
  return steps.map(objectOf).flatMap((object) => {
    return (object.kind === 'vhost' ? object.name : object.vhost) ?? [];
  });
}

function queuesOf(steps: readonly Step[], live: Live): LiveQueue[] {
  return steps.flatMap(({ kind, address }) => {
    const object = live.objects.get(address);
    return kind !== 'create' && isQueue(object) ? [object] : [];
  });
}

function guardAgain(
  plan: Plan,
  { onward, more }: { onward: ReturnType<typeof guardOnward>; more: readonly Refusal[] },
  unfinished: Unfinished,
  consents: Consents,
): Plan {
  const refusals = [
    ...plan.refusals.filter(lasts),
    ...onward.refusals,
    ...guard(plan, consents),
    ...more,
    ...guardUnfinished(unfinished),
  ];
  return {
    ...plan,
    refusals,
    unfinished: describeUnfinished(unfinished),
    warnings: [
      ...plan.warnings,
      ...onward.warnings.filter(({ message }) =>
        plan.warnings.every((one) => one.message !== message),
      ),
      ...warnOfUnusedConsents(plan.steps, consents),
      ...warnOfNotMissed(unfinished).map(toWarning),
    ],
    summary: { ...plan.summary, refused: refusals.length },
  };
}
