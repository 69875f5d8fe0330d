// What a sandbox is: a private RabbitMQ that only this machine can reach.
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import type { ProcessId } from '../disk/pid.ts';
import { InvalidInput } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { loopback, type Ports } from './ports.ts';

export interface Sandbox {
  readonly name: string;
  /** Absolute. Holds the data, cookie, configuration and logs of this sandbox alone. */
  readonly folder: string;
  /** Erlang's name for the node: the data is bound to it, and clients identify the broker by it. */
  readonly nodeName: string;
  readonly ports: Ports;
  /** The password of guest, who may do anything. */
  readonly password: string;
  readonly runner: Runner;
  /** The last command's wish. A sandbox that should be running but isn't has crashed. */
  readonly desired: 'running' | 'stopped';
}

/** Where a broker runs, whatever runs it. */
export type Site = Pick<Sandbox, 'folder' | 'nodeName' | 'ports' | 'password'>;

/** What runs the broker, or ran it last. */
export type Runner =
  | { readonly kind: 'local'; readonly node: ProcessId; readonly epmd: ProcessId }
  | { readonly kind: 'docker'; readonly container: string };

const namePattern = /^[a-z0-9][a-z0-9_-]{0,39}$/i;

/** Unfinished applies are kept beside the sandboxes, and are not deleted with one. */
const taken = /^unfinished$/i;

export const isSandboxName = (name: string): boolean => namePattern.test(name) && !taken.test(name);

/** The name becomes part of a path, of an Erlang node name and of a container's name. */
export function folderOf(root: string, name: string): string {
  if (isSandboxName(name)) return join(resolve(root), name);
  const isTaken = taken.test(name);
  const message = `a sandbox can't be named ${quote(name)}`;
  const hint = isTaken
    ? 'use another name: in that folder apply keeps what it has to put back'
    : 'use up to 40 letters, digits, - and _, with a letter or a digit first';
  throw new InvalidInput([{ code: 'invalid-sandbox-name', message, hint }]);
}

/** Two checkouts may have sandboxes of the same name. */
export function uniqueNameOf(folder: string): string {
  const place = createHash('sha256').update(folder).digest('hex').slice(0, 8);
  return `topo-${basename(folder)}-${place}`;
}

export const nodeNameOf = (folder: string): string => `${uniqueNameOf(folder)}@localhost`;

export const logOf = (folder: string): string => join(folder, 'node.log');

/** May log in from this machine only. */
export const username = 'guest';

export const endpointOf = ({ ports }: Pick<Sandbox, 'ports'>): string =>
  `http://${loopback}:${ports.management}`;

export const amqpUrlOf = ({ ports, password }: Sandbox): string =>
  `amqp://${username}:${password}@${loopback}:${ports.amqp}`;

/** Variables to export, so that topo and every tool that reads them talks to the sandbox. */
export function sandboxEnvironment(sandbox: Sandbox): Readonly<Record<string, string>> {
  return {
    RABBITMQ_ENDPOINT: endpointOf(sandbox),
    RABBITMQ_USERNAME: username,
    RABBITMQ_PASSWORD: sandbox.password,
    AMQP_URL: amqpUrlOf(sandbox),
  };
}
