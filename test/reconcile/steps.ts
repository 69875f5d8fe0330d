// Handmade steps of a plan: owned, and with a request of their own, unless a test says otherwise.
import type {
  CreateStep,
  DeleteStep,
  ReplaceStep,
  Seen,
  Step,
  UpdateStep,
} from '../../src/reconcile/step.ts';
import { addressOf } from '../../src/topology/identity.ts';
import type { TopologyObject } from '../../src/topology/object.ts';

type More = Partial<Pick<Step, 'because' | 'depth' | 'effect' | 'managed' | 'request'>>;

const common = (object: TopologyObject, more: More) => ({
  address: addressOf(object),
  managed: true,
  because: undefined,
  depth: undefined,
  effect: undefined,
  request: { kind: 'own', needs: [] } as const,
  ...more,
});

export const createStep = (after: TopologyObject, more: More = {}): CreateStep => ({
  ...common(after, more),
  kind: 'create',
  after,
  at: undefined,
});

export const updateStep = (
  before: UpdateStep['before'],
  after: UpdateStep['after'],
  more: More = {},
): UpdateStep => ({
  ...common(after, more),
  kind: 'update',
  before,
  after,
  at: undefined,
});

export const replaceStep = (
  before: ReplaceStep['before'],
  after: ReplaceStep['after'],
  more: More = {},
): ReplaceStep => ({
  ...common(after, more),
  kind: 'replace',
  before,
  after,
  at: undefined,
});

export const deleteStep = (before: Seen, more: More = {}): DeleteStep => ({
  ...common(before, more),
  kind: 'delete',
  before,
});
