// What a quorum queue does otherwise with what a classic queue is used for. Measured on 3.10.8,
// 4.0.5 and 4.3.6.
import type { Fit, FitRule, Fitting } from './quorum-fit.ts';
import { policyBegins, policyEnds, settingsDiffer } from './quorum-policies.ts';
import { isWithin } from './versions.ts';

/** To add a rule, write a function and list it here. */
const rules: readonly FitRule[] = [
  priorities,
  withoutChoice,
  exclusiveConsumers,
  globalPrefetch,
  policyEnds,
  policyBegins,
  settingsDiffer,
  deliveryLimit,
];

export const differencesOf = (fitting: Fitting): Fit[] =>
  rules.flatMap((rule) => rule(fitting) ?? []);

function priorities({ queue, version }: Fitting): Fit | undefined {
  if (!queue.arguments.has('x-max-priority')) return undefined;
  return {
    code: 'priorities',
    message: `x-max-priority goes: ${prioritiesIn(version)}`,
    hint: 'if that will not do, give urgent messages a queue of their own, or leave this queue out with --match',
  };
}

const inOrder = 'a quorum queue delivers messages in their order, whatever their priority';
const inTwo =
  'a quorum queue knows two priorities, up to 4 and above, and delivers two high messages for each normal one';
const inMany =
  'a quorum queue delivers by priority without it, but takes a message that has none for one of priority 4, not 0';

function prioritiesIn(version: string | undefined): string {
  if (version === undefined)
    return `before RabbitMQ 4.0, ${inOrder}; before 4.3, ${inTwo}; since 4.3, ${inMany}`;
  if (isWithin(version, { until: '4.0' })) return inOrder;
  return isWithin(version, { until: '4.3' }) ? inTwo : inMany;
}

/** Quorum queues do what a lazy queue does, have one version, and place their leaders. */
function withoutChoice({ queue: { arguments: table } }: Fitting): Fit | undefined {
  const gone = ['x-queue-mode', 'x-queue-version', 'x-queue-master-locator'].filter((name) =>
    table.has(name),
  );
  if (gone.length === 0) return undefined;
  const isPlaced = gone.includes('x-queue-master-locator');
  return {
    code: 'classic-arguments',
    message: `${gone.join(', ')} ${gone.length === 1 ? 'goes' : 'go'}: quorum queues keep their messages on disk${isPlaced ? ', and have x-queue-leader-locator' : ''}`,
    hint: 'nothing to do',
  };
}

function exclusiveConsumers({ use }: Fitting): Fit | undefined {
  if (use === undefined || use.exclusive === 0) return undefined;
  return {
    code: 'exclusive-consumers',
    message: 'its consumer is exclusive, but a quorum queue lets others consume beside it',
    hint: 'add x-single-active-consumer: true: then one consumer at a time gets messages',
  };
}

/** 4.3 takes it for a prefetch of each consumer. */
function globalPrefetch({ use, version }: Fitting): Fit | undefined {
  if (use === undefined || use.globalPrefetch === 0) return undefined;
  if (version !== undefined && !isWithin(version, { until: '4.3' })) return undefined;
  return {
    code: 'global-prefetch',
    message:
      'a consumer has a prefetch for its whole channel (basic.qos with global=true): RabbitMQ closes its connection (540) when it consumes from a quorum queue',
    hint: 'set a prefetch for each consumer before topo apply',
  };
}

/** A policy may set the limit, too. */
function deliveryLimit({ version, after: { settings } }: Fitting): Fit | undefined {
  if (settings.has('delivery-limit')) return undefined;
  const isNow = version !== undefined && !isWithin(version, { until: '4.0' });
  const fate = settings.has('dead-letter-exchange')
    ? 'dead-lettered'
    : 'dropped, as no dead-letter exchange is set';
  return {
    code: 'delivery-limit',
    message: `${isNow ? '' : 'since RabbitMQ 4.0, '}a message that was requeued 20 times is ${fate}`,
    hint: 'set delivery-limit by a policy or x-delivery-limit, and a dead-letter exchange to keep such messages',
  };
}
