// Opens the broker before a big file is read, and lets it make its lists meanwhile.
import { readFile, stat } from 'node:fs/promises';
import type { ConnectionFlags } from '../connection/connection.ts';
import { withBroker, type BrokerOptions, type Session } from './connect.ts';
import type { FileFlags } from './flags.ts';
import type { Terminal } from './terminal.ts';

/**
 * Bytes. Parsing less takes no time worth saving; parsing more takes so long that the broker might
 * take topo for gone.
 */
const size = { least: 100_000, most: 4_000_000 };

/** What a command reads before it asks the broker, and whom it asks. */
interface Input<I> {
  /** Whether the lists may be made before the input is read. */
  readonly mayReadAhead?: (session: Session, vhost: string) => Promise<boolean>;
  readonly read: () => Promise<I>;
  readonly connectionFor: (input: I) => ConnectionFlags;
}

/** Reads the input, and works on it with the broker. Wrong input is an error all the same. */
export async function withInput<I, T>(
  files: readonly string[],
  flags: FileFlags & ConnectionFlags,
  terminal: Terminal,
  { read, connectionFor, mayReadAhead }: Input<I>,
  work: (session: Session, input: I) => Promise<T>,
  options: BrokerOptions = {},
): Promise<T> {
  const vhost = flags.environment === undefined ? await guessVhost(files) : undefined;
  if (vhost === undefined) {
    const input = await read();
    const onBroker = (session: Session) => work(session, input);
    return withBroker(connectionFor(input), terminal, onBroker, options);
  }
  const early = async (session: Session): Promise<T> => {
    if ((await mayReadAhead?.(session, vhost)) ?? true) await session.broker.readAhead(vhost);
    return work(session, await read());
  };
  return withBroker(flags, terminal, early, options);
}

/**
 * The only vhost that a big file seems to be about. Undefined if that is unlikely, or if the file
 * says which broker it expects: any other must not be asked for more than its name.
 */
async function guessVhost(files: readonly string[]): Promise<string | undefined> {
  const [file = 'topology.yaml'] = files;
  if (files.length > 1 || file === '-') return undefined;
  const info = await stat(file).catch(() => undefined);
  if (info?.isFile() !== true || info.size < size.least || info.size > size.most) return undefined;
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.trimStart().startsWith('{') || /^expect:/m.test(text)) return undefined;
  const [mention, ...more] = text.match(/vhost.*/g) ?? ['vhost: /'];
  return more.length > 0 ? undefined : /^vhost: ([\w.-]+|\/)$/.exec(mention)?.[1];
}
