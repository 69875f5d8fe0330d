// The steps of a plan, with their objects. plan-document.ts turns them into JSON and back.
import { endsOf, type Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { LiveBinding } from '../topology/live.ts';
import {
  isBinding,
  type Binding,
  type BindingEnd,
  type Setting,
  type TopologyObject,
} from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';
import type { Carry, Depth, Effect, PlanDocument } from './plan.generated.ts';

/** A live object as planned upon. */
export type Seen = SeenRouting | Setting;
type SeenRouting = BindingEnd | LiveBinding;

interface Common {
  readonly address: Address;
  /** Whether the files own the object. A carried object may belong to others. */
  readonly managed: boolean;
  /** The object whose change makes this step necessary. */
  readonly because: Address | undefined;
  readonly request: Request;
  /** What a queue that goes held at planning; undefined for all else. */
  readonly depth: Depth | undefined;
  /** How many open connections a user or a vhost takes along at planning; undefined for none. */
  readonly connections?: number | undefined;
  /** What the change of a policy does at planning; undefined for all else. */
  readonly effect: Effect | undefined;
}

/** A step has its own request, or another step's request carries it along. */
export type Request =
  | { readonly kind: 'own'; readonly needs: readonly Need[] }
  | { readonly kind: 'carried'; readonly by: Address };

/** What must succeed before a step starts: another step, or all new bindings from or to an end. */
export type Need =
  | { readonly kind: 'step'; readonly address: Address }
  | { readonly kind: 'bindings-from'; readonly address: Address }
  | { readonly kind: 'bindings-to'; readonly address: Address };

export interface CreateStep extends Common {
  readonly kind: 'create';
  readonly after: TopologyObject;
  readonly at: Position | undefined;
}

/** One request changes the object in place. */
export interface UpdateStep extends Common {
  readonly kind: 'update';
  readonly before: Setting;
  readonly after: Setting;
  readonly at: Position | undefined;
}

/** A replaced binding goes and comes back with one of its ends. */
export interface ReplaceStep extends Common {
  readonly kind: 'replace';
  readonly before: SeenRouting;
  readonly after: BindingEnd | Binding;
  readonly at: Position | undefined;
  /** A queue in use is carried over. */
  readonly carry?: Carry | undefined;
}

export interface DeleteStep extends Common {
  readonly kind: 'delete';
  readonly before: Seen;
  /** Its consumers empty the queue first, unbound. */
  readonly drain?: true | undefined;
  /** The queue that takes over its bindings and what it holds. */
  readonly renamed_to?: string | undefined;
}

export type Step = CreateStep | UpdateStep | ReplaceStep | DeleteStep;

/** What topo plan found and topo apply would do. */
export interface Plan extends Omit<PlanDocument, 'steps'> {
  readonly steps: readonly Step[];
}

/** The object as it will be or, if it goes, as it was. */
export const objectOf = (step: Step): TopologyObject =>
  step.kind === 'delete' ? step.before : step.after;

export const beforeOf = (step: Step): Seen | undefined =>
  step.kind === 'create' ? undefined : step.before;

export const afterOf = (step: Step): TopologyObject | undefined =>
  step.kind === 'delete' ? undefined : step.after;

export const sourceOf = (step: Step): Position | undefined =>
  step.kind === 'delete' ? undefined : step.at;

/** What a step with a request of its own waits for. */
export const needsOf = ({ request }: Step): readonly Need[] =>
  request.kind === 'own' ? request.needs : [];

export const hasOwnRequest = ({ request }: Step): boolean => request.kind === 'own';

export const isOfBinding = (step: Step): boolean => isBinding(objectOf(step));

/** Whether it replaces an exchange or a queue, rather than brings a binding back. */
export const isReplacement = (step: Step): step is ReplaceStep =>
  step.kind === 'replace' && !isBinding(step.after);

const suffixes = {
  step: '',
  'bindings-from': '/bindings/source',
  'bindings-to': '/bindings/destination',
};

/** As in plan documents; different needs differ. */
export const renderNeed = ({ kind, address }: Need): string => `${address}${suffixes[kind]}`;

/** The needs that creating this binding meets. */
export function needsMetBy(binding: Binding): Need[] {
  const { source, destination } = endsOf(binding);
  return [{ kind: 'step', address: addressOf(binding) }, ...newWaysBy(source, destination)];
}

/** All new bindings from an exchange, and all to an exchange or a queue. */
export const newWaysBy = (source: Address, destination: Address): Need[] => [
  { kind: 'bindings-from', address: source },
  { kind: 'bindings-to', address: destination },
];

/** How many steps of each kind; a binding that comes back with its end counts as restored. */
export function countSteps(steps: readonly Step[]) {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, restored: 0 };
  for (const step of steps) {
    const isRestored = step.kind === 'replace' && !isReplacement(step);
    counts[isRestored ? 'restored' : step.kind]++;
  }
  return counts;
}
