// The flags that lift refusals, and the consents that they become.
import { Option, type Command } from 'commander';
import type { Chosen, Consents } from '../reconcile/consents.ts';
import type { LossBound } from '../reconcile/loss.ts';
import { addressOfUser, addressOfVhost, encode, type Address } from '../topology/address.ts';
import { parseQueuePattern, type QueuePattern } from '../topology/queue-pattern.ts';
import { parseCount, repeated, wrongFlag } from './flags.ts';

export interface ConsentFlags {
  readonly allowMessageLoss: readonly string[];
  readonly allowDisconnect: readonly string[];
  readonly allowDeletes?: string;
  readonly allowSelf?: boolean;
  readonly allowUnhealthy?: boolean;
  readonly giveUp: readonly string[];
  /** Only of topo apply. */
  readonly replace?: readonly string[];
  readonly directPublishersStopped?: readonly string[];
}

export function addConsentFlags(command: Command): Command {
  return command
    .addOption(
      repeated(
        '--allow-message-loss <address[=n|all]>',
        'let this queue go with the messages that the plan shows and a tenth more, with n, or with all, also of what is sent on to it; of a glob, the queues that match, n together',
      ),
    )
    .addOption(
      repeated(
        '--allow-disconnect <address>',
        'let this empty queue, or those that match a glob, go from their consumers, or a user or a vhost from its connections',
      ),
    )
    .option('--allow-unhealthy', 'write although the cluster is not fit for it, as the plan says')
    .addOption(
      repeated(
        '--give-up <id>',
        'what a cut-off apply took, by its id or the address of a binding',
      ),
    );
}

export function addCarryFlags(command: Command): Command {
  return command
    .addOption(
      repeated(
        '--replace <address>',
        'replace this queue in use, or those that match a glob, although a policy would do',
      ),
    )
    .addOption(
      repeated(
        '--direct-publishers-stopped <address>',
        'nothing is published straight to this queue, or to those that match a glob, while it is replaced',
      ),
    );
}

export const addSelfFlag = (command: Command): Command =>
  command.option('--allow-self', 'change the user that topo runs as, last of all');

/** topo destroy takes it only to say why there is no such flag. */
export const noSelfFlag = (): Option => new Option('--allow-self').hideHelp();

export const addDeletesFlag = (command: Command): Command =>
  command.option('--allow-deletes <number>', 'the most objects that may be deleted');

export function parseConsents(flags: ConsentFlags): Consents {
  const disconnect = flags.allowDisconnect.map((text) => parseConnected(text) ?? parseQueues(text));
  return {
    ...parseMessageLoss(flags.allowMessageLoss),
    disconnect: new Set(disconnect.filter((one) => typeof one === 'string')),
    disconnectOf: disconnect.filter((one) => typeof one !== 'string'),
    deletes: parseCount('--allow-deletes', flags.allowDeletes ?? '0'),
    self: flags.allowSelf === true,
    unhealthy: flags.allowUnhealthy === true,
    replace: parseChosen(flags.replace),
    directStopped: parseChosen(flags.directPublishersStopped),
  };
}

function parseChosen(texts: readonly string[] = []): Chosen {
  const queues = texts.map(parseQueues);
  return {
    named: new Set(queues.filter((one) => typeof one === 'string')),
    like: queues.filter((one) => typeof one !== 'string'),
  };
}

function parseMessageLoss(
  texts: readonly string[],
): Pick<Consents, 'messageLoss' | 'messageLossOf'> {
  const bounds = new Map<string, readonly [Address | QueuePattern, LossBound]>();
  for (const text of texts) {
    // In a name copied from a plan, = is %3D.
    const at = text.lastIndexOf('=');
    const bound = at < 0 ? 'as-shown' : parseLossBound(text.slice(at + 1));
    const queues = parseLosing(at < 0 ? text : text.slice(0, at), bound);
    const name = typeof queues === 'string' ? queues : queues.text;
    const [, before = bound] = bounds.get(name) ?? [];
    if (before !== bound) {
      throw wrongFlag(
        `--allow-message-loss ${name} is given twice, and differs`,
        'leave one of them out',
      );
    }
    bounds.set(name, [queues, bound]);
  }
  const all = [...bounds.values()];
  return {
    messageLoss: new Map(
      all.flatMap(([queues, bound]) => (typeof queues === 'string' ? [[queues, bound]] : [])),
    ),
    messageLossOf: all.flatMap(([pattern, bound]) =>
      typeof pattern === 'string' ? [] : [{ pattern, bound }],
    ),
  };
}

function parseLossBound(text: string): LossBound {
  if (text === 'all') return 'all';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrongFlag(
    `--allow-message-loss ADDRESS=${text}: "${text}" is neither a whole number nor all`,
    'ADDRESS=5000 lets up to 5,000 messages go, ADDRESS=all any number; a = in the name of a queue is written %3D',
  );
}

/** The address of a user or a vhost; undefined for anything else. */
function parseConnected(text: string): Address | undefined {
  const [, list, part = ''] = /^(users|vhosts)\/([^/]+)$/.exec(text) ?? [];
  const name = decode(part);
  if (name === undefined || name === '') return undefined;
  return list === 'users' ? addressOfUser(name) : addressOfVhost(name);
}

/** The address of one queue, or a pattern for several. */
function parseQueues(text: string): Address | QueuePattern {
  return parseQueuePattern(text) ?? parseQueueAddress(text);
}

/**
 * An exchange holds no messages, but others may route messages through it; a policy may let queues
 * drop theirs.
 */
function parseLosing(text: string, bound: LossBound): Address | QueuePattern {
  const exchange = bound === 'all' ? parseAddress('exchanges', text) : undefined;
  const policy = parseAddress('policies', text) ?? parseAddress('operator-policies', text);
  return exchange ?? policy ?? parseQueues(text);
}

/** Percent-encoding has several spellings of one name. */
function parseQueueAddress(text: string): Address {
  const address = parseAddress('queues', text);
  if (address !== undefined) return address;
  throw wrongFlag(
    `"${text}" is not the address of a queue`,
    'take it from the plan: queues/VHOST/NAME, percent-encoded, such as queues/%2F/orders, or queues/%2F/orders.* for many',
  );
}

function parseAddress(list: string, text: string): Address | undefined {
  const [, found, ...parts] = /^([a-z-]+)\/([^/]+)\/([^/]+)$/.exec(text) ?? [];
  const [vhost, name] = parts.map(decode);
  if (found !== list || vhost === undefined || name === undefined) return undefined;
  return [list, encode(vhost), encode(name)].join('/');
}

/** Undefined unless it is percent-encoded UTF-8. */
function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
