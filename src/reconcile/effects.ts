// What each change of a policy does to exchanges and queues: which of them get or lose it, and what
// they lose by it. Policies of a vhost change one after the other, in the order of the plan. What
// queues hold is counted exactly, once it is known which of them may lose something.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import {
  isAnyPolicy,
  isBindingEnd,
  isExchange,
  isQueue,
  type BindingEnd,
  type OperatorPolicy,
  type Policy,
  type Queue,
} from '../topology/object.ts';
import {
  PolicyMatches,
  ranked,
  standingOf,
  type AnyPolicy,
  type Standing,
} from '../topology/policy-matches.ts';
import { lossBetween, type QueueLoss } from '../topology/queue-loss.ts';
import { writesOf } from '../topology/overflow-first.ts';
import { notesBetween } from '../topology/queue-notes.ts';
import { isPredefinedExchange } from '../topology/system.ts';
import { canonical, type Table } from '../topology/value.ts';
import type { Reader } from './broker.ts';
import { EffectOf } from './effect-of.ts';
import { isEmptied } from './emptied.ts';
import { asHeld, uncounted, type Counts } from './held.ts';
import { KnownSettings, type Applied } from './known-settings.ts';
import { afterOf, beforeOf, hasOwnRequest, objectOf, renderNeed, type Step } from './step.ts';

/** Adds its effect to each change of a policy, and the changes that must come before it. */
export async function withEffects(
  steps: readonly Step[],
  live: Live,
  reader: Pick<Reader, 'readDepths'>,
): Promise<Step[]> {
  const concerned = new Map<Address, LiveQueue>();
  const foretold = foretell(steps, live, {
    heldBy: ({ type }) => ({ ...uncounted, type }),
    onConcerned: (queue) => concerned.set(addressOf(queue), queue),
  });
  if (concerned.size === 0) return foretold;
  const depths = await reader.readDepths([...concerned.values()]);
  return foretell(steps, live, { heldBy: (queue) => asHeld(queue, depths) });
}

/** The same from the counts of the broker's lists, which are up to 5 s old for quorum queues. */
export function foretell(
  steps: readonly Step[],
  live: Live,
  counts: Counts = { heldBy: (queue) => queue },
): Step[] {
  const vhosts = new Map<string, Vhost>();
  return steps.map((step) => {
    const policy = objectOf(step);
    if (!isAnyPolicy(policy) || !hasOwnRequest(step)) return step;
    const vhost = vhosts.get(policy.vhost) ?? new Vhost(policy.vhost, steps, live, counts);
    vhosts.set(policy.vhost, vhost);
    return vhost.change(step);
  });
}

/** What each of the objects has, by its number; undefined until it is asked for. */
interface Standings {
  readonly policy: (Standing<Policy> | undefined)[];
  readonly operator_policy: (Standing<OperatorPolicy> | undefined)[];
}

/** One vhost while its policies change. */
class Vhost {
  readonly #live: Live;
  readonly #counts: Counts;
  readonly #matches: PolicyMatches;
  readonly #addresses: readonly Address[];
  /** Queues as they are before they get another type. */
  readonly #retyped: readonly LiveQueue[];
  readonly #retypedMatches: PolicyMatches;
  readonly #lastChange = new Map<number, Address>();
  readonly #known: KnownSettings;
  readonly #standings: Standings = { policy: [], operator_policy: [] };
  #policies: readonly Policy[];
  #operators: readonly OperatorPolicy[];

  constructor(name: string, steps: readonly Step[], live: Live, counts: Counts) {
    const own = [...live.objects.values()].filter((object) => object.vhost === name);
    this.#live = live;
    this.#counts = counts;
    this.#known = new KnownSettings(live.broker.version);
    this.#policies = ranked(own.filter((object) => object.kind === 'policy'));
    this.#operators = ranked(own.filter((object) => object.kind === 'operator_policy'));
    this.#matches = new PolicyMatches(live, this.#policies, endsAfter(name, own, steps));
    this.#addresses = this.#matches.ends.map(addressOf);
    this.#retyped = steps.flatMap((step) => retypedBy(step, name));
    this.#retypedMatches = new PolicyMatches(live, this.#policies, this.#retyped);
  }

  change(step: Step): Step {
    const [before, after] = [beforeOf(step), afterOf(step)].map((object) =>
      isAnyPolicy(object) ? object : undefined,
    );
    const kind = (after ?? before)?.kind ?? 'policy';
    const touched = this.#touched(before, after);
    const stages = this.#walk(touched, before, after);
    const isSameDefinition = canonical(before?.definition) === canonical(after?.definition);
    const effect = new EffectOf();
    for (const [n, nth] of touched.entries()) {
      const states = stages.flatMap((stage) => stage[n] ?? []);
      const [old, now, end] = [states[0], states.at(-1), this.#matches.ends[nth]];
      if (old === undefined || now === undefined || end === undefined) continue;
      if (isSame(old[kind], now[kind], isSameDefinition)) continue;
      effect.moves(end, old[kind], now[kind]);
      if (!isQueue(end)) continue;
      this.#tell(effect, nth, end, states);
    }
    const first = [...this.#earlier(touched, step.address), ...this.#replacedBefore(before, after)];
    return { ...withNeeds(step, new Set(first)), effect: effect.toEffect() };
  }

  /** Replacements that must succeed first: otherwise it would match their queues, and only then. */
  #replacedBefore(before: AnyPolicy | undefined, after: AnyPolicy | undefined): Address[] {
    const policies = [before, after].filter((one) => one !== undefined);
    return this.#retyped.map(addressOf).filter((address, n) => {
      const nth = this.#addresses.indexOf(address);
      const isOf = (matches: PolicyMatches, place: number) =>
        policies.some((policy) => matches.of(policy)[place] !== 'no');
      return isOf(this.#retypedMatches, n) && !isOf(this.#matches, nth);
    });
  }

  /** What applies to each of the objects: before the change, and after each of its writes. */
  #walk(touched: readonly number[], before: AnyPolicy | undefined, after: AnyPolicy | undefined) {
    const stages = [touched.map((nth) => this.#applied(nth))];
    let last = before;
    for (const next of after === undefined ? [undefined] : writesOf(before, after)) {
      const { kind } = next ?? last ?? {};
      this.#replace(last, next);
      for (const nth of touched) if (kind !== undefined) this.#standings[kind][nth] = undefined;
      stages.push(touched.map((nth) => this.#applied(nth)));
      last = next;
    }
    return stages;
  }

  /** The objects that it matches, before or after. */
  #touched(before: AnyPolicy | undefined, after: AnyPolicy | undefined): number[] {
    const sets = [before, after].flatMap((policy) => (policy ? [this.#matches.of(policy)] : []));
    return this.#addresses.flatMap((_, n) => (sets.some((set) => set[n] !== 'no') ? [n] : []));
  }

  /** The changes before this one that touched any of the same objects. */
  #earlier(touched: readonly number[], address: Address): Set<Address> {
    const earlier = new Set<Address>();
    for (const nth of touched) {
      const last = this.#lastChange.get(nth);
      if (last !== undefined) earlier.add(last);
      this.#lastChange.set(nth, address);
    }
    return earlier;
  }

  #applied(nth: number): Applied {
    const { policy, operator_policy: operator } = this.#standings;
    return {
      policy: (policy[nth] ??= standingOf(nth, this.#policies, this.#matches)),
      operator_policy: (operator[nth] ??= standingOf(nth, this.#operators, this.#matches)),
    };
  }

  #replace(before: AnyPolicy | undefined, after: AnyPolicy | undefined): void {
    const { kind, name } = after ?? before ?? {};
    const others = <P extends AnyPolicy>(all: readonly P[]): P[] =>
      all.filter((one) => one.kind !== kind || one.name !== name);
    const [policies, operators] = [others(this.#policies), others(this.#operators)];
    if (after?.kind === 'policy') policies.push(after);
    if (after?.kind === 'operator_policy') operators.push(after);
    [this.#policies, this.#operators] = [ranked(policies), ranked(operators)];
  }

  /** Takes the greatest loss in any case that topo can't exclude; notes only of sure cases. */
  #tell(effect: EffectOf, nth: number, queue: Queue, states: readonly Applied[]) {
    const found = this.#live.objects.get(this.#addresses[nth] ?? '');
    if (found === undefined || !isQueue(found)) return;
    const held = this.#counts.heldBy(found);
    const settings = states.map((state) => this.#known.of(queue, state));
    const losses = settings
      .slice(1)
      .flatMap((after, n) => pairsOf(settings[n] ?? [], after))
      .flatMap(([from, to]) => lossBetween(from, to, held) ?? []);
    const worth = ({ messages }: QueueLoss): number => messages ?? Infinity;
    const [loss] = losses.sort((a, b) => worth(b) - worth(a));
    const pairs = pairsOf(settings[0] ?? [], settings.at(-1) ?? []);
    const [[from, to] = []] = pairs.length === 1 ? pairs : [];
    const notes = from && to ? notesBetween(from, to, this.#live.broker.version) : [];
    if (loss !== undefined || notes.length > 0) this.#counts.onConcerned?.(found);
    if (loss !== undefined) effect.loses(queue, loss, held.unknown);
    const isEmpty = held.ready === 0 && held.unacked === 0;
    for (const note of isEmpty ? [] : notes) effect.notes(queue, note, held);
  }
}

const pairsOf = (before: readonly Table[], after: readonly Table[]) =>
  before.flatMap((from) => after.map((to) => [from, to] as const));

/** The exchanges and queues at the time when policies change: new ones are there, old ones too. */
function endsAfter(vhost: string, own: Iterable<{ kind: string }>, steps: readonly Step[]) {
  const ends = new Map<Address, BindingEnd>();
  for (const object of own as Iterable<BindingEnd>) {
    if (isBindingEnd(object) && !isPredefined(object)) ends.set(addressOf(object), object);
  }
  for (const step of steps) {
    const object = objectOf(step);
    if (!isBindingEnd(object) || object.vhost !== vhost) continue;
    // What is emptied still holds messages when policies change.
    if (step.kind === 'delete' && !isEmptied(step)) ends.delete(step.address);
    else if (step.kind !== 'delete') ends.set(step.address, object);
  }
  return [...ends.values()];
}

function retypedBy(step: Step, vhost: string): LiveQueue[] {
  if (step.kind !== 'replace' || !isQueue(step.before) || !isQueue(step.after)) return [];
  const isRetyped = step.before.vhost === vhost && step.before.type !== step.after.type;
  return isRetyped ? [step.before as LiveQueue] : [];
}

const isPredefined = (end: BindingEnd): boolean =>
  isExchange(end) && isPredefinedExchange(end.name);

/** Only the policy that changes can have the same name and another definition. */
function isSame(before: Standing, after: Standing, isSameDefinition: boolean): boolean {
  return (
    before.length === after.length &&
    before.every((one, n) => {
      const other = after[n];
      return one === other || (one?.name === other?.name && isSameDefinition);
    })
  );
}

function withNeeds(step: Step, earlier: ReadonlySet<Address>): Step {
  if (step.request.kind !== 'own') return step;
  const { needs } = step.request;
  const known = new Set(needs.map(renderNeed));
  const more = [...earlier].filter((address) => !known.has(address)).sort();
  if (more.length === 0) return step;
  const added = more.map((address) => ({ kind: 'step', address }) as const);
  return { ...step, request: { kind: 'own', needs: [...needs, ...added] } };
}
