// A scenario is one text file: topology files, then commands with their output. It runs in an empty
// folder and a vhost of its own.
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect, type ChannelModel } from 'amqplib';
import { api, broker, freshVhost } from '../broker.ts';
import { callTopo, runTopo } from './topo.ts';

interface Scenario {
  readonly files: readonly { name: string; text: string }[];
  readonly commands: readonly Command[];
}

interface Command {
  readonly line: string;
  readonly printed: string;
}

function parseScenario(text: string): Scenario {
  const [, ...sections] = `\n${text}`.split(/^-- (?=.+ --$)/m);
  const files = sections.map((section) => {
    const [name = '', ...lines] = section.split('\n');
    return { name: name.replace(/ --$/, ''), text: lines.join('\n') };
  });
  const script = files.find(({ name }) => name === 'script')?.text ?? '';
  const [, ...commands] = `\n${script}`.split(/^\$ /m);
  return {
    files: files.filter(({ name }) => name !== 'script'),
    commands: commands.map((command) => {
      const [line = '', ...printed] = command.split('\n');
      return { line, printed: printed.join('\n').trim() };
    }),
  };
}

/** Runs the commands, and gives the scenario's text as it should be. */
export async function runScenario(text: string): Promise<string> {
  const scenario = parseScenario(text);
  const folder = await mkdtemp(join(tmpdir(), 'topo-scenario-'));
  const stage = new Stage(folder, await freshVhost());
  try {
    for (const file of scenario.files) await stage.write(file.name, file.text);
    const script: string[] = [];
    for (const { line } of scenario.commands) {
      const printed = await stage.run(line);
      script.push(`$ ${line}`, ...(printed === '' ? [] : [printed]), '');
    }
    // Other tests have users, too.
    const told = script.map((line) =>
      text.includes('N unmanaged') ? line.replace(/\d+ unmanaged/g, 'N unmanaged') : line,
    );
    return `${text.slice(0, text.indexOf('-- script --'))}-- script --\n${told.join('\n')}`;
  } finally {
    await stage.close();
    await rm(folder, { recursive: true });
  }
}

class Stage {
  readonly #folder: string;
  readonly #vhost: string;
  #connection: ChannelModel | undefined;

  constructor(folder: string, vhost: string) {
    this.#folder = folder;
    this.#vhost = vhost;
  }

  async write(name: string, text: string): Promise<void> {
    const path = join(this.#folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text.replaceAll('VHOST', this.#vhost));
  }

  async run(line: string): Promise<string> {
    const words = split(line.replaceAll('VHOST', this.#vhost));
    const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
    const [program = '', ...args] = words.slice(start);
    switch (program) {
      case 'topo':
        return this.#mask(await this.#topo(args, words.slice(0, start)));
      case 'api':
        return this.#mask(await this.#api(args));
      case 'show':
        return this.#mask((await readFile(join(this.#folder, args[0] ?? ''), 'utf8')).trimEnd());
      case 'publish':
        return this.#publish(args[0] ?? '', Number(args[1]));
      case 'hold':
        return this.#hold(args[0] ?? '');
      case 'consume':
        return this.#consume(args[0] ?? '');
      case 'release':
        await this.close();
        return '';
      default:
        throw new Error(`unknown command in a scenario: ${program}`);
    }
  }

  /** Lets go of messages and consumers. */
  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }

  /** `settings`: NAME=VALUE, as before a command in a shell. The file after `<` is stdin. */
  async #topo(args: readonly string[], settings: readonly string[]): Promise<string> {
    const own = settings.map((word) => [word.replace(/=.*/, ''), word.replace(/^.*?=/, '')]);
    const env: Record<string, string> = {
      RABBITMQ_ENDPOINT: broker.endpoint,
      RABBITMQ_USERNAME: broker.username,
      RABBITMQ_PASSWORD: broker.password,
      AMQP_URL: broker.amqpUrl,
      ...(Object.fromEntries(own) as Record<string, string>),
    };
    const [flags, from] = redirected(args);
    const stdin = from === undefined ? undefined : createReadStream(join(this.#folder, from));
    const { code, out, err } =
      'NODE_OPTIONS' in env
        ? await runTopo(flags, this.#folder, env)
        : await callTopo(flags, this.#folder, env, stdin);
    const errors = err.trim();
    return [
      out.trimEnd(),
      ...(errors === '' ? [] : errors.split('\n').map((line) => `stderr: ${line}`.trimEnd())),
      ...(code === 0 ? [] : [`exit ${String(code)}`]),
    ]
      .filter((part) => part !== '')
      .join('\n');
  }

  async #api([method = '', path = '', body]: readonly string[]): Promise<string> {
    const answer = await api(method, path, body === undefined ? undefined : JSON.parse(body));
    return answer === undefined ? '' : JSON.stringify(answer);
  }

  async #publish(queue: string, count: number): Promise<string> {
    const channel = await (await this.#amqp()).createConfirmChannel();
    for (let n = 1; n <= count; n++) channel.sendToQueue(queue, Buffer.from(String(n)));
    await channel.waitForConfirms();
    await channel.close();
    return '';
  }

  /** Takes a message, and neither acknowledges nor returns it. */
  async #hold(queue: string): Promise<string> {
    const channel = await (await this.#amqp()).createChannel();
    return (await channel.get(queue)) === false ? 'empty' : '';
  }

  async #consume(queue: string): Promise<string> {
    const channel = await (await this.#amqp()).createChannel();
    await channel.consume(queue, () => undefined);
    return '';
  }

  async #amqp(): Promise<ChannelModel> {
    const url = new URL(broker.amqpUrl);
    url.pathname = `/${encodeURIComponent(this.#vhost)}`;
    this.#connection ??= await connect(url.href);
    return this.#connection;
  }

  /** What differs from run to run, and from broker to broker. */
  #mask(text: string): string {
    return text
      .replaceAll(this.#vhost, 'VHOST')
      .replaceAll(broker.endpoint, 'ENDPOINT')
      .replace(/\(RabbitMQ [\d.]+, [^,)]+/g, '(RabbitMQ VERSION, CLUSTER')
      .replace(/\(RabbitMQ [\d.]+\)/g, '(RabbitMQ VERSION)')
      .replace(/exported_by: topo [\d.]+/g, 'exported_by: topo VERSION')
      .replace(/the broker has direct[^;]+;/g, 'the broker has TYPES;')
      .replace(',"x-queue-type":"classic"', '')
      .replace(/id [0-9a-f]{7}\b/g, 'id ID')
      .replace(/id `[0-9a-f]{7}`/g, 'id `ID`')
      .replace(/"plan": "[0-9a-f]{7}"/g, '"plan": "ID"')
      .replace(/"seconds": [\d.]+/g, '"seconds": T')
      .replace(/in \d+\.\d s/g, 'in T s')
      .replace(/ at \d\d:\d\d:\d\d/g, ' at TIME')
      .replace(/"read_at": "[^"]+"/g, '"read_at": "TIME"')
      .replace(/\n?stderr: (apply \[|reading |waiting).*/g, '')
      .replace(/^\n/, '');
  }
}

/** The words before `<`, and the file after it. */
function redirected(words: readonly string[]): [readonly string[], string | undefined] {
  const at = words.indexOf('<');
  return at < 0 ? [words, undefined] : [words.slice(0, at), words[at + 1]];
}

/** Words as a shell would see them: 'single quotes' hold a word together. */
function split(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
