import { ExpectedError } from '../topology/problem.ts';

/** AMQP could not be reached, or the broker closed the channel. */
export class AmqpError extends ExpectedError {
  /** The reply code, such as 404 or 406; undefined if the broker gave none. */
  readonly code: number | undefined;
  /** The method that the broker refused, as one of `methods` in wire.ts. */
  readonly method: number | undefined;
  /** The broker's own words. */
  readonly reason: string;

  constructor(reason: string, options: { hint?: string; code?: number; method?: number } = {}) {
    super(`AMQP: ${reason}`, options);
    this.reason = reason;
    this.code = options.code;
    this.method = options.method;
  }
}

/** AMQP's port answered, but refused us or belongs to another broker. */
export class AmqpRefused extends AmqpError {}

interface Closed {
  readonly code?: unknown;
  readonly classId?: unknown;
  readonly methodId?: unknown;
}

/** How the broker refuses everything on a connection whose token is too old. */
const tooOld = 'JWT token has expired';

export const hasExpired = ({ reason }: AmqpError): boolean => reason.includes(tooOld);

/** What to do about a reply code, and the broker's words: the first row that fits. */
const hints: readonly { code: number; when?: string; hint: string }[] = [
  {
    code: 403,
    when: tooOld,
    hint: 'renew the token in RABBITMQ_TOKEN_FILE, and run it again',
  },
  {
    code: 403,
    hint: 'the user lacks the right to it: rabbitmqctl list_user_permissions shows what it has; set_permissions replaces that, so give it all again with what is missing',
  },
];

/** amqplib's error for every call in flight when the connection is lost. */
const lost = 'Channel ended';

/** Turns what amqplib threw into an error without secrets that keeps the broker's reason. */
export function toAmqpError(error: unknown): AmqpError {
  if (error instanceof AmqpError) return error;
  if (!(error instanceof Error)) return new AmqpError(String(error));
  const { code, classId, methodId } = error as Closed;
  if (error.message.startsWith(lost)) {
    return new AmqpError('the connection was cut', { hint: 'run it again' });
  }
  const reason = reasonOf(error);
  if (typeof code !== 'number') return new AmqpError(reason);
  const hint = hints.find((one) => one.code === code && reason.includes(one.when ?? ''))?.hint;
  const told = { code, ...(hint !== undefined && { hint }) };
  if (typeof classId !== 'number' || typeof methodId !== 'number') {
    return new AmqpError(reason, told);
  }
  return new AmqpError(reason, { ...told, method: (classId << 16) + methodId });
}

/** Takes `NOT_FOUND - no queue 'q' in vhost '/'` out of amqplib's sentence around it. */
function reasonOf({ message }: Error): string {
  const quoted = /with message "(.*)"$/s.exec(message)?.[1];
  return (quoted ?? message).replace(/^[A-Z_]+ - /, '');
}
