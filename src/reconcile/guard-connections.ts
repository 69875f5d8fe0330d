// Guards connections that are open: RabbitMQ closes those of a user or a vhost that is deleted.
import type { Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { User, Vhost } from '../topology/object.ts';
import type { Connected, Reader } from './broker.ts';
import type { Consents } from './consents.ts';
import type { Refusal } from './plan.generated.ts';
import type { Step } from './step.ts';

export type Connectable = User | Vhost;

const isConnectable = (object: { readonly kind: string }): object is Connectable =>
  object.kind === 'user' || object.kind === 'vhost';

export function openOf({ kind, name }: Connectable, connected: Connected): number {
  return connected[kind === 'user' ? 'users' : 'vhosts'].get(name) ?? 0;
}

/** Reads who is connected, if users or vhosts are to go. */
export async function readConnected(
  steps: readonly Step[],
  reader: Reader,
): Promise<Connected | undefined> {
  const isGoing = (step: Step): boolean => step.kind === 'delete' && isConnectable(step.before);
  return steps.some(isGoing) ? reader.readConnections() : undefined;
}

/** Adds the number of connections to the steps that close some. */
export const withConnections = (steps: readonly Step[], connected: Connected | undefined): Step[] =>
  steps.map((step) => {
    if (step.kind !== 'delete' || !isConnectable(step.before)) return step;
    const open = connected === undefined ? 0 : openOf(step.before, connected);
    return { ...step, connections: open > 0 ? open : undefined };
  });

/** `connected`: undefined if the broker doesn't say. */
export function guardConnections(
  steps: readonly Step[],
  connected: Connected | undefined,
  consents: Consents,
): Refusal[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'delete' || !isConnectable(step.before)) return [];
    const { address, before } = step;
    if (consents.disconnect.has(address)) return [];
    return connected === undefined
      ? toUnknown(address)
      : toRefusals(address, before, openOf(before, connected));
  });
}

const toUnknown = (address: Address): Refusal => ({
  code: 'unknown-connections',
  address,
  reason: 'the broker does not list its connections, and those that are open would be closed',
  hint: `let it list them (management_agent.disable_metrics_collector = false, and management.disable_stats = false), or ${disconnectFlag(address)}`,
});

function toRefusals(address: Address, { kind }: Connectable, open: number): Refusal[] {
  if (open === 0) return [];
  return [
    {
      code: 'connections',
      address,
      reason: `${plural(open, 'connection')} would be closed`,
      hint: `close ${open === 1 ? 'it' : 'them'}, declare the ${kind} again, or ${disconnectFlag(address)}`,
    },
  ];
}

export const disconnectFlag = (address: Address): string =>
  `topo apply --allow-disconnect ${address}`;
