// Says why no answer came and what to do about it: a new cause is a new row.
import { BrokerError } from './broker-error.ts';
import type { Outcome, Request } from './transport.ts';

export type Silence = Extract<Outcome, { kind: 'unanswered' }>;

const hints = {
  where:
    'check RABBITMQ_ENDPOINT or --endpoint, and that RabbitMQ runs there with its management plugin',
  scheme:
    'the management API is usually http on port 15672 or https on 15671; 5672 and 5671 are AMQP',
  authority: 'set RABBITMQ_CACERT to the certificate of the authority that signed it',
  host: 'use the host name that the certificate is for',
  client: 'set RABBITMQ_CLIENTCERT and RABBITMQ_CLIENTKEY to a certificate that it trusts',
  slow: 'check the broker, or wait longer with --timeout',
  again: 'run it again',
  between: 'check for a proxy between topo and the broker: RabbitMQ does not answer like this',
};

const cut = /^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)|aborted/;

/** The first row that matches Node's or axios's code and words counts. */
const causes: readonly { when: RegExp; what: string; hint: string }[] = [
  { when: /^ECONNREFUSED/, what: 'connection refused', hint: hints.where },
  { when: /^(ENOTFOUND|EAI_AGAIN)/, what: 'the host has no address', hint: hints.where },
  { when: /^E(HOST|NET)UNREACH/, what: 'the host is out of reach', hint: hints.where },
  { when: /^(ETIMEDOUT|ERR_CANCELED)/, what: 'no answer in time', hint: hints.slow },
  {
    when: /^ANSWER_TOO_SLOW/,
    what: 'the answer was not complete in time',
    hint: hints.slow,
  },
  { when: cut, what: 'the connection was cut', hint: hints.again },
  { when: /^CERT_HAS_EXPIRED/, what: 'its certificate has expired', hint: 'renew its certificate' },
  { when: /ALTNAME/, what: 'its certificate is for another host', hint: hints.host },
  { when: /SELF_SIGNED|UNABLE_TO_/, what: 'its certificate is not trusted', hint: hints.authority },
  { when: /alert/i, what: 'it refused the client certificate', hint: hints.client },
  { when: /^(EPROTO|ERR_SSL)/, what: 'it does not speak TLS', hint: hints.scheme },
  { when: /^HPE_/, what: 'it does not speak HTTP', hint: hints.scheme },
  { when: /^LIST_TOO_LONG/, what: 'the answer is too long', hint: 'read fewer vhosts at once' },
  { when: /^ANSWER_TOO_LONG/, what: 'the answer is too long', hint: hints.where },
  {
    when: /^TOO_DENSE/,
    what: 'the gzip answer expands to more than 200 times its length',
    hint: `${hints.between}; if it does, read fewer vhosts at once`,
  },
  { when: /^Z_/, what: 'the gzip answer is damaged', hint: hints.between },
  {
    when: /^ENCODING/,
    what: 'the answer has an encoding that topo did not accept',
    hint: hints.between,
  },
];

export function toSilenceError({ method, url }: Request, { code, detail }: Silence): BrokerError {
  const cause = causes.find(({ when }) => when.test(`${code} ${detail}`));
  const what = cause?.what ?? `${code} ${detail}`;
  return new BrokerError(what, { method, url }, cause?.hint);
}

/** The connection broke, as it may at any time: the broker closes one after 1,000 requests. */
export function isCut({ code, detail }: Silence): boolean {
  return cut.test(`${code} ${detail}`);
}
