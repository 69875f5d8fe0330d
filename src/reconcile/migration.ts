// What is told of a migration to quorum queues: which queues stay classic and why, and what is
// different for those that go.
import type { Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Desired } from '../topology/desired.ts';
import { renderObject } from '../topology/identity.ts';
import { quote } from '../topology/quote.ts';
import { differencesOf } from '../topology/quorum-differences.ts';
import type { Fit } from '../topology/quorum-fit.ts';
import { isWithin } from '../topology/versions.ts';
import { defaultTypes, type Candidate, type Candidates, type Witness } from './migrate.ts';
import type { FoundObject } from './upgrade.ts';

export interface MigrationFinding extends Fit {
  /** A note is about the broker and its clients as a whole. */
  readonly effect: 'stays' | 'differs' | 'note';
  /** Undefined for a note. */
  readonly object?: FoundObject;
}

/** `left`: the queues whose entries can't be edited. Those that stay come first, notes last. */
export function findingsOf(
  { classic }: Candidates,
  left: ReadonlyMap<Address, Fit>,
  desired: Desired,
  witness: Witness | undefined,
): MigrationFinding[] {
  const obstaclesOf = ({ address, obstacles }: Candidate): readonly Fit[] => {
    const unedited = left.get(address);
    return unedited === undefined ? obstacles : [unedited];
  };
  const stays = classic.flatMap((one) => obstaclesOf(one).map((fit) => about(one, 'stays', fit)));
  const going = classic.filter((one) => obstaclesOf(one).length === 0);
  const differs = going.flatMap((one) =>
    differencesOf(one.fitting).map((fit) => about(one, 'differs', fit)),
  );
  const notes = going.length === 0 ? [] : notesOn(going, desired, witness);
  return [...stays, ...differs, ...notes.map((fit) => ({ ...fit, effect: 'note' as const }))];
}

function about(
  { address, at, fitting: { queue } }: Candidate,
  effect: 'stays' | 'differs',
  fit: Fit,
): MigrationFinding {
  const subject = renderObject(queue);
  const { kind, vhost } = queue;
  return { effect, ...fit, object: { kind, subject, vhost, address, path: [], at } };
}

function notesOn(
  going: readonly Candidate[],
  desired: Desired,
  witness: Witness | undefined,
): Fit[] {
  const vhosts = new Set(going.map(({ fitting }) => fitting.queue.vhost));
  const typeIn = defaultTypes(desired, witness);
  const open = [...vhosts].filter((vhost) => typeIn(vhost) === 'classic');
  return [
    declaredByClients,
    ...(open.length === 0 ? [] : [defaultType(open)]),
    ...(witness?.nodes === undefined || witness.nodes > 2 ? [] : [fewNodes(witness.nodes)]),
    ...(hidesPrefetch(witness) ? [unseenPrefetch] : []),
    ...(witness !== undefined && witness.uses === undefined ? [unseenConsumers] : []),
  ];
}

const declaredByClients: Fit = {
  code: 'declared-by-clients',
  message:
    'clients that declare these queues themselves must declare quorum queues: RabbitMQ refuses others (406)',
  hint: 'change the clients at the same time, or let them declare passively',
};

const defaultType = (vhosts: readonly string[]): Fit => ({
  code: 'default-queue-type',
  message: `queues that clients declare without a type are still classic in ${vhosts.map((name) => `vhost ${quote(name)}`).join(', ')}`,
  hint: `set default_queue_type: quorum in the entry of the vhost under vhosts: (since RabbitMQ 4.0; before, only when the vhost is created)`,
});

const fewNodes = (nodes: number): Fit => ({
  code: 'few-nodes',
  message: `the broker has ${plural(nodes, 'node')}: quorum queues work, but ${nodes === 1 ? 'have a single replica' : 'stop while either is down'}`,
  hint: 'three nodes keep a majority while one is down',
});

const hidesPrefetch = (witness: Witness | undefined): boolean =>
  witness !== undefined && isWithin(witness.live.broker.version, { since: '4.0', until: '4.3' });

const unseenPrefetch: Fit = {
  code: 'unseen-prefetch',
  message:
    'this version does not tell which channels have a prefetch for the whole channel: it closes the connection (540) of one that consumes from a quorum queue',
  hint: 'check that no client calls basic.qos with global=true',
};

const unseenConsumers: Fit = {
  code: 'unseen-consumers',
  message: 'this user may not read consumers, so exclusive ones were not looked for',
  hint: 'ask again as a user with the tag monitoring',
};
