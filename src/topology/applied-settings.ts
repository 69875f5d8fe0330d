// Finds the policies that apply to queues, live or not, and the settings that they have by them.
import { effectiveSettings } from './effective.ts';
import type { Live } from './live.ts';
import type { OperatorPolicy, Policy, Queue } from './object.ts';
import { PolicyMatches, ranked, standingOf } from './policy-matches.ts';
import type { Table } from './value.ts';

export interface Applied {
  readonly policy: Policy | undefined;
  readonly operator: OperatorPolicy | undefined;
  readonly settings: Table;
}

/** All cases that topo can't exclude for each queue: one, unless a pattern is slow to match. */
export function appliedTo(
  queues: readonly Queue[],
  live: Pick<Live, 'broker' | 'objects'>,
): ReadonlyMap<Queue, readonly Applied[]> {
  const byVhost = new Map<string, Queue[]>();
  for (const queue of queues) {
    const others = byVhost.get(queue.vhost);
    if (others) others.push(queue);
    else byVhost.set(queue.vhost, [queue]);
  }
  return new Map([...byVhost].flatMap(([vhost, own]) => appliedIn(vhost, own, live)));
}

function appliedIn(
  vhost: string,
  queues: readonly Queue[],
  live: Pick<Live, 'broker' | 'objects'>,
): (readonly [Queue, Applied[]])[] {
  const own = [...live.objects.values()].filter((object) => object.vhost === vhost);
  const policies = ranked(own.filter((object) => object.kind === 'policy'));
  const operators = ranked(own.filter((object) => object.kind === 'operator_policy'));
  const matches = new PolicyMatches(live, policies, queues);
  return queues.map((queue, nth) => {
    const cases = standingOf(nth, policies, matches).flatMap((policy) =>
      standingOf(nth, operators, matches).map((operator) => {
        const settings = effectiveSettings(queue, policy, operator, live.broker.version);
        return { policy, operator, settings };
      }),
    );
    return [queue, cases] as const;
  });
}
