// --exec-per-task: a process for each task. The task is its stdin, the result the last line of its
// stdout, the verdict its exit code.
import { resolve } from 'node:path';
import { TrainingError, type Handler, type Trained, type Training } from '../../handler.ts';
import { checkShards } from '../../data/shard/check.ts';
import { withFiles, type LocatedTask } from '../../data/located-task.ts';
import type { Task } from '../../messaging/task.generated.ts';
import { parseCommand } from './command.ts';
import { trainerEnvironment } from './environment.ts';
import { toTrainingError, type Exit } from './exit.ts';
import { execDefaults, type Complete, type LogLine, type ProcessOptions } from './options.ts';
import { logLines, Tail } from './output.ts';
import { spawnGroup, type ProcessGroup } from './process-group.ts';
import type { Readable } from 'node:stream';
import { Lines } from '../../../disk/lines.ts';
import { parseTrained, type Parsed } from './message.ts';

/** Throws ExpectedError for an invalid command or environment. */
export function openPerTaskHandler(options: ProcessOptions): Handler {
  return new PerTaskHandler({ ...execDefaults, ...options });
}

class PerTaskHandler implements Handler {
  readonly #options: Complete<ProcessOptions>;
  readonly #argv: [program: string, ...args: string[]];
  readonly #environment: NodeJS.ProcessEnv;
  #group: ProcessGroup | undefined;

  constructor(options: Complete<ProcessOptions>) {
    this.#options = options;
    this.#argv = parseCommand(options.command);
    this.#environment = trainerEnvironment(process.env, options.environment, {
      TOPO_WORKER: options.worker,
      TOPO_ROOTS: options.shards.roots.map((root) => resolve(root)).join(':'),
    });
  }

  start(): Promise<void> {
    return checkShards(this.#options.shards);
  }

  train(task: Task, training: Training): Promise<Trained> {
    return withFiles(task, this.#options.shards, training.signal, (located) =>
      this.#run(located, training),
    );
  }

  async stop(): Promise<void> {
    await this.#group?.end();
  }

  async #run(task: LocatedTask, { attempt, signal }: Training): Promise<Trained> {
    signal.throwIfAborted();
    const group = spawnGroup({
      argv: this.#argv,
      folder: this.#options.folder,
      environment: { ...this.#environment, TOPO_ATTEMPT: `${attempt}` },
      stdio: ['pipe', 'pipe', 'pipe'],
      termGraceMs: this.#options.termGraceMs,
    });
    this.#group = group;
    const cancel = (): void => void group.end();
    signal.addEventListener('abort', cancel);
    try {
      const { exit, last, tail } = await this.#talk(group, task);
      signal.throwIfAborted();
      return this.#toTrained(exit, last, tail);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  async #talk(group: ProcessGroup, task: LocatedTask): Promise<Ended> {
    const { stdin, stdout, stderr } = group.child;
    const last = new LastLine(this.#options.lineBytes);
    const tail = new Tail();
    const note = (line: LogLine): void => {
      tail.push(line);
      this.#options.log(line);
    };
    if (stdout) {
      last.read(stdout);
      logLines(stdout, 'stdout', note);
    }
    if (stderr) logLines(stderr, 'stderr', note);
    // A process that ends without having read its task is judged by its exit code.
    stdin?.on('error', () => undefined);
    stdin?.end(`${JSON.stringify(task)}\n`);
    return { exit: await group.ended, last, tail };
  }

  #toTrained(exit: Exit, last: LastLine, tail: Tail): Trained {
    if (exit.kind !== 'code' || exit.code !== 0) {
      throw toTrainingError(exit, tail.toString(), this.#argv[0]);
    }
    const parsed = last.parse();
    if (parsed.kind === 'message') return parsed.message;
    const verdict = parsed.kind === 'too long' ? 'poison' : 'retryable';
    throw new TrainingError(
      verdict,
      `the last line of the trainer's stdout is no result: ${parsed.why}`,
      {
        hint: 'print the result as one line of JSON at the very end, or nothing at all',
      },
    );
  }
}

interface Ended {
  readonly exit: Exit;
  readonly last: LastLine;
  readonly tail: Tail;
}

/** The last line of a stream that is not blank, however much comes before it. */
class LastLine {
  readonly #limit: number;
  #line: Buffer = Buffer.from('{}');
  #isWhole = true;

  constructor(limit: number) {
    this.#limit = limit;
  }

  read(stream: Readable): void {
    const lines = new Lines(this.#limit, (line, isWhole) => {
      if (isWhole && line.toString('latin1').trim() === '') return;
      this.#line = line;
      this.#isWhole = isWhole;
    });
    stream.on('data', (chunk: Buffer) => lines.push(chunk));
    stream.on('end', () => lines.end());
  }

  /** An empty result if nothing was printed. */
  parse(): Parsed<Trained> | { readonly kind: 'too long'; readonly why: string } {
    return this.#isWhole
      ? parseTrained(this.#line)
      : { kind: 'too long', why: `it has over ${this.#limit} bytes` };
  }
}
