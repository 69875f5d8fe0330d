// Guards check the whole plan before the first write, and name the flag that lifts each refusal.
import { count, plural } from '../topology/count.ts';
import { shellWord } from '../topology/quote.ts';
import type { Consents, SharedLoss } from './consents.ts';
import { isEmptied, isRenamed } from './emptied.ts';
import { guardEffects } from './guard-effects.ts';
import { butAgreed, lossFlag, renderHeld, withMargin } from './loss.ts';
import type { Refusal } from './plan.generated.ts';
import { fixShared, mayLoseConsumers, SharedLosses, sharedLossFlag } from './shared-loss.ts';
import { isOfBinding, type DeleteStep, type Plan, type Step } from './step.ts';

type Guarded = Pick<Plan, 'steps' | 'summary' | 'destroy'> & Partial<Pick<Plan, 'gap'>>;
type Guard = (plan: Guarded, consents: Consents) => Refusal[];

const guards: readonly Guard[] = [
  queuesKeepWhatTheyHold,
  guardEffects,
  protectedVhostsStay,
  deletesAreFew,
  filesAreNotEmpty,
];

/**
 * Replaces `as-shown` by a number, from the steps that the user saw. If they show none, nothing is
 * agreed.
 */
export function fixConsents(consents: Consents, steps: readonly Step[]): Consents {
  const messageLoss = new Map(consents.messageLoss);
  for (const { address, depth, effect } of steps) {
    if (messageLoss.get(address) !== 'as-shown') continue;
    if (depth?.kind === 'known') messageLoss.set(address, withMargin(depth.ready + depth.unacked));
    if (effect?.loss) messageLoss.set(address, withMargin(effect.loss.messages));
  }
  return { ...consents, messageLoss, messageLossOf: fixShared(consents, steps) };
}

/** Deleting more than both needs consent. */
const manyDeletes = { share: 0.3, count: 3 };

export function guard(plan: Guarded, consents: Consents): Refusal[] {
  return guards.flatMap((one) => one(plan, consents));
}

function queuesKeepWhatTheyHold({ steps, destroy, gap }: Guarded, consents: Consents): Refusal[] {
  const losses = new SharedLosses(consents, steps);
  return steps.flatMap((step) => {
    const loss = lossOf(step, consents, losses, destroy ? 'drain it' : insteadOf(step, gap));
    return loss === undefined ? [] : [{ ...loss, address: step.address }];
  });
}

/** topo moves nothing out of a stream, and nothing without AMQP. */
function insteadOf({ kind, depth }: Step, gap: Plan['gap'] | undefined): string {
  if (kind === 'delete') return 'declare it again';
  const isReachable = gap === undefined || gap === 'pipelined';
  return isReachable || depth?.kind === 'unknown'
    ? 'undo the change'
    : `${wayToCarry[gap]}, undo the change`;
}

const wayToCarry = {
  unpipelined: 'set AMQP_URL, so that topo can carry them over',
  refused: 'let topo in over AMQP, so that it can carry them over',
};

function lossOf(
  step: Step,
  consents: Consents,
  losses: SharedLosses,
  instead: string,
): Refusal | undefined {
  const { depth, address } = step;
  if (step.kind === 'replace' && step.carry !== undefined) return undefined;
  const shared = losses.of(address);
  const agreed = shared?.bound ?? consents.messageLoss.get(address);
  if (depth === undefined || agreed === 'all') return undefined;
  const limit = agreed === 'as-shown' ? undefined : agreed;
  if (depth.kind === 'unknown') {
    const way = `${depth.hint}, or ${lossFlag(address, 'all')}`;
    return { code: 'unknown-depth', reason: depth.why, hint: way };
  }
  const messages = depth.ready + depth.unacked;
  if (isEmptied(step) && limit === undefined)
    return messages > 0 && depth.consumers === 0 && !isRenamed(step)
      ? cannotDrain(step, messages)
      : undefined;
  if (shared !== undefined && limit !== undefined && messages > 0) {
    return guardShared(shared, limit, messages, losses.countOf(shared).messages, instead);
  }
  if (messages > (limit ?? 0)) {
    return {
      code: 'messages',
      reason: `${renderHeld(depth.ready, depth.unacked)} would be lost${limit === undefined ? '' : butAgreed(limit)}`,
      hint: `${instead}, or ${lossFlag(address, limit === undefined ? 'as-shown' : withMargin(messages))}`,
    };
  }
  const mayDisconnect = limit !== undefined || mayLoseConsumers(step, consents);
  if (depth.consumers === 0 || mayDisconnect) return undefined;
  return {
    code: 'consumers',
    reason: `${plural(depth.consumers, 'consumer')} would be disconnected`,
    hint: `stop ${depth.consumers === 1 ? 'it' : 'them'}, ${instead}, or topo apply --allow-disconnect ${address}`,
  };
}

function cannotDrain({ address }: Step, messages: number): Refusal {
  return {
    code: 'cannot-drain',
    reason: `${plural(messages, 'message')} and no consumer that would take ${messages === 1 ? 'it' : 'them'}, so it can't be drained`,
    hint: `start a consumer, move what it holds with topo move, or ${lossFlag(address, 'as-shown')}`,
  };
}

/** `held`: by all matching queues. */
function guardShared(
  { pattern }: SharedLoss,
  limit: number,
  messages: number,
  held: number,
  instead: string,
): Refusal | undefined {
  if (held <= limit) return undefined;
  const all = `${count(held)} with all that match ${pattern.text}${butAgreed(limit)}`;
  return {
    code: 'messages',
    reason: `${plural(messages, 'message')} would be lost, ${all}`,
    hint: `${instead}, or ${sharedLossFlag(pattern, withMargin(held))}`,
  };
}

/** RabbitMQ answers 412, once everything in the vhost is deleted. */
function protectedVhostsStay({ steps }: Guarded): Refusal[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'delete' || step.before.kind !== 'vhost') return [];
    const { address, before } = step;
    if (before.protected_from_deletion !== true) return [];
    return {
      code: 'protected-vhost',
      address,
      reason: 'RabbitMQ protects it from deletion',
      hint: `apply protected_from_deletion: false first, or rabbitmqctl disable_vhost_deletion_protection ${shellWord(before.name)}`,
    };
  });
}

function deletesAreFew(plan: Guarded, consents: Consents): Refusal[] {
  if (plan.destroy) return [];
  return deletesByVhost(plan).flatMap(({ name, declared, managed, ...going }) => {
    const { deletes } = going;
    if (declared === 0 || deletes <= manyDeletes.count) return [];
    if (deletes <= managed * manyDeletes.share) return [];
    const rounded = Math.round((100 * deletes) / managed);
    // Only all of them make 100 %.
    const share = deletes < managed ? Math.min(99, rounded) : 100;
    const reason = `${objects(going)} would be deleted${within(name, plan)}, ${share} % of the ${count(managed)} that the files own`;
    return askForDeletes('many-deletes', reason, plan, consents);
  });
}

function filesAreNotEmpty(plan: Guarded, consents: Consents): Refusal[] {
  if (plan.destroy) return [];
  return deletesByVhost(plan).flatMap(({ name, declared, ...going }) => {
    if (declared > 0 || going.deletes === 0) return [];
    const reason = `the files declare nothing${within(name, plan)}, so ${objects(going)} would be deleted`;
    return askForDeletes('empty-files', reason, plan, consents);
  });
}

interface Deletes {
  /** Deletes planned for their own sake; the files own all of these. */
  deletes: number;
  /**
   * Bindings deleted only because an end is, and auto_delete exchanges that go with their last
   * binding.
   */
  along: number;
  /** How many of `along` are bindings. */
  bindings: number;
  /** How many of `along` the files own. */
  ownedAlong: number;
}

/**
 * Counts each vhost separately: the declarations of one say nothing about another. `along` counts
 * on neither side.
 */
function deletesByVhost({ steps, summary }: Guarded) {
  const renamed = new Set(steps.filter(isRenamed).map(({ address }) => address));
  const going = steps.filter(
    (step) =>
      step.kind === 'delete' && !renamed.has(step.address) && !renamed.has(step.because ?? ''),
  ) as DeleteStep[];
  const addresses = new Set(going.map(({ address }) => address));
  const none = { deletes: 0, along: 0, bindings: 0, ownedAlong: 0 };
  const vhosts = new Map<string | null, Deletes>();
  for (const step of going) {
    const { because = '', before, managed } = step;
    const counts = vhosts.get(before.vhost) ?? { ...none };
    vhosts.set(before.vhost, counts);
    const goesAlong = !managed || (isOfBinding(step) && addresses.has(because));
    if (!goesAlong) counts.deletes++;
    else counts.along++;
    if (goesAlong && isOfBinding(step)) counts.bindings++;
    if (goesAlong && managed) counts.ownedAlong++;
  }
  return summary.vhosts.map((vhost) => {
    const counts = vhosts.get(vhost.name) ?? none;
    return { ...vhost, ...counts, managed: vhost.managed - counts.ownedAlong };
  });
}

function objects({ deletes, along, bindings }: Omit<Deletes, 'ownedAlong'>): string {
  const what = along === bindings ? plural(along, 'binding') : plural(along, 'other');
  const others = `${what} with ${deletes === 1 ? 'it' : 'them'}`;
  return plural(deletes, 'object') + (along === 0 ? '' : ` and ${others}`);
}

const within = (vhost: string | null, { summary }: Guarded): string => {
  if (vhost === null) return ' in the cluster';
  return summary.vhosts.length > 1 ? ` in vhost ${vhost}` : '';
};

/** The number is for the plan as a whole. */
function askForDeletes(code: string, reason: string, plan: Guarded, consents: Consents) {
  const all = deletesByVhost(plan).reduce((sum, { deletes }) => sum + deletes, 0);
  if (consents.deletes >= all) return [];
  const hint = `check that nothing is missing in the files, or topo apply --allow-deletes ${all}`;
  return [{ code, reason, hint }];
}
