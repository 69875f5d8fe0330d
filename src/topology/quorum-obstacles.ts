// What keeps a classic queue from becoming a quorum queue. Measured on 3.10.8, 4.0.5 and 4.3.6.
import type { Fit, FitRule, Fitting } from './quorum-fit.ts';

/** To add a rule, write a function and list it here. */
const rules: readonly FitRule[] = [autoDelete, transient, rejectsToDeadLetters];

export const obstaclesTo = (fitting: Fitting): Fit[] =>
  rules.flatMap((rule) => rule(fitting) ?? []);

function autoDelete({ queue }: Fitting): Fit | undefined {
  if (!queue.auto_delete) return undefined;
  return {
    code: 'auto-delete',
    message: 'a quorum queue is never auto_delete',
    hint: 'set auto_delete: false, with x-expires if the queue should go once it is unused; then migrate again',
  };
}

function transient({ queue }: Fitting): Fit | undefined {
  if (queue.durable) return undefined;
  return {
    code: 'transient',
    message: 'a quorum queue is always durable',
    hint: 'set durable: true if the queue should survive restarts of the broker; then migrate again',
  };
}

/** RabbitMQ takes it, and drops messages. */
function rejectsToDeadLetters({ after }: Fitting): Fit | undefined {
  if (after.settings.get('overflow') !== 'reject-publish-dlx') return undefined;
  return {
    code: 'reject-publish-dlx',
    message: 'quorum queues read overflow reject-publish-dlx as drop-head, and drop messages',
    hint: 'choose reject-publish, which does not dead-letter what it refuses, or drop-head; then migrate again',
  };
}
