// Says what a refusal means and what to do about it: a new cause is a new row.
import { STATUS_CODES } from 'node:http';
import { hintForLogin, userOf } from '../connection/credentials.ts';
import { addTag, grant, letInUnlessIn } from '../topology/grant.ts';
import { BrokerError, type Failure } from './broker-error.ts';
import { neededFor, vhostOf } from './needed-rights.ts';
import { parseReason, proofOf } from './proof.ts';
import { WrongShape } from './shape.ts';
import type { Outcome, Request } from './transport.ts';

export type Answer = Extract<Outcome, { kind: 'answered' }>;

const hints = {
  path: 'check the path of RABBITMQ_ENDPOINT or --endpoint, without /api, and that the management plugin is enabled',
  whole: 'a name that is not UTF-8 cuts it short: look for one with rabbitmqctl',
};

type Hint = string | ((request: Request, answer: Answer) => string);

/**
 * Matches status and the broker's words, then the request. `not_authorized` with a z: unknown user.
 * With an s: missing right.
 */
const causes: readonly { when: RegExp; of?: RegExp; hint: Hint }[] = [
  {
    when: /^401 .*localhost/,
    hint: "guest may only log in on the broker's own machine: use another user",
  },
  {
    when: /^401 not_authorized/,
    hint: ({ login }) => hintForLogin(login),
  },
  {
    when: /^401 .*management user/,
    hint: ({ login }) => `give the user the tag management: ${addTag(userOf(login), 'management')}`,
  },
  { when: /^401 .*virtual host/, hint: hintToLetIn },
  { when: /^401 /, of: /^GET /, hint: hintToLetIn },
  { when: /^401 /, hint: hintForRights },
  {
    when: /^431 /,
    hint: ({ login }) => `check ${login.origin}: the broker takes no login as long as that`,
  },
  { when: /^429 /, hint: (_, { retryAfter }) => hintForLimit(retryAfter) },
  { when: /^200 /, hint: hints.path },
  {
    when: /^500 /,
    of: /^GET .*\/api\/bindings/,
    hint: 'a binding that has arguments and a ~ inside its routing key makes RabbitMQ fail to list any: unbind it over AMQP',
  },
  {
    when: /^400 .*no_such_vhost/s,
    hint: 'RabbitMQ refuses it while that vhost is being deleted: run it again afterwards',
  },
  {
    when: /^404 /,
    of: /^GET /,
    hint: hints.path,
  },
];

function hintToLetIn(request: Request): string {
  const vhost = vhostOf(request);
  const user = userOf(request.login);
  const tag = `the user needs the tag management (${addTag(user, 'management')})`;
  if (vhost === undefined) return `${tag}, and a permission in the vhost`;
  return `${tag}, and a permission in the vhost; ${letInUnlessIn(user, vhost)}`;
}

function hintForRights(request: Request): string {
  const needed = neededFor(request);
  if (needed === undefined) return 'the user needs a right or a tag for it';
  return grant(userOf(request.login), needed.vhost, needed.rights);
}

function hintForLimit(retryAfter: number | undefined): string {
  const who = 'a proxy in front of the broker limits requests';
  if (retryAfter === undefined) return `${who}: run it again later, or wait longer with --timeout`;
  const seconds = Math.ceil(retryAfter / 1_000);
  return `${who}, and wants ${seconds} s of pause: run it again after that, or wait longer with --timeout`;
}

export function toRefusalError(request: Request, answer: Answer): BrokerError {
  const { method, url } = request;
  const { status, location } = answer;
  const { error, reason } = parseReason(answer.text);
  const failure = { method, url, status, reason, proves: proofOf(request, answer) };
  if (location !== undefined) return toRedirectError(failure, location);
  const words = `${status} ${error ?? ''} ${reason ?? ''}`;
  const asked = `${method} ${url}`;
  const cause = causes.find(({ when, of }) => when.test(words) && (of?.test(asked) ?? true));
  const hint = typeof cause?.hint === 'function' ? cause.hint(request, answer) : cause?.hint;
  return new BrokerError(`${status} ${reason ?? STATUS_CODES[status] ?? ''}`, failure, hint);
}

/** For a 200 whose body can't be read. */
export function toNonsenseError(request: Request, { status, text }: Answer, error: unknown): Error {
  const failure = { method: request.method, url: request.url, status };
  if (error instanceof WrongShape) {
    return new BrokerError(
      `not an answer of the management API: ${error.message}`,
      failure,
      hints.path,
    );
  }
  if (!(error instanceof SyntaxError)) return error as Error;
  if (text.trimStart().startsWith('<')) {
    return new BrokerError('a web page, not the management API', failure, hints.path);
  }
  return new BrokerError('the answer is not complete JSON', failure, hints.whole);
}

function toRedirectError(
  failure: Failure & { readonly status: number },
  location: string,
): BrokerError {
  if (!URL.canParse(location, failure.url)) {
    const hint = 'check for a proxy between topo and the broker: RabbitMQ does not redirect';
    return new BrokerError(`${failure.status} redirects to no address`, failure, hint);
  }
  const { origin } = new URL(location, failure.url);
  const hint = `if that is the broker, set RABBITMQ_ENDPOINT to ${origin}`;
  return new BrokerError(
    `${failure.status} redirects to ${origin}, which topo does not follow`,
    failure,
    hint,
  );
}
