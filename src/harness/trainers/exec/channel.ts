// The pipes of a trainer: messages go to descriptor 3, answers come from 4, and either may close at
// any time.
import type { Duplex } from 'node:stream';
import { TrainingError } from '../../handler.ts';
import { Lines } from '../../../disk/lines.ts';
import { parseMessage, type FromTrainer, type ToTrainer } from './message.ts';
import type { ProcessGroup } from './process-group.ts';

interface Listener {
  readonly onMessage: (message: FromTrainer) => void;
  /** The trainer can no longer be reached. */
  readonly onBroken: (error: TrainingError) => void;
}

interface Limits {
  readonly lineBytes: number;
  /** How long a process may run on without one of the two: most close them by ending. */
  readonly closingMs: number;
}

export class Channel {
  readonly #requests: Duplex;
  readonly #answers: Duplex;
  readonly #listener: Listener;
  readonly #limits: Limits;
  #closing: NodeJS.Timeout | undefined;
  #isShut = false;

  constructor({ child }: ProcessGroup, limits: Limits, listener: Listener) {
    const [, , , requests, answers] = child.stdio;
    this.#requests = requests as Duplex;
    this.#answers = answers as Duplex;
    this.#listener = listener;
    this.#limits = limits;
    this.#read();
    // Nothing is said on 3 by the trainer: it is read to see its end.
    this.#requests.resume();
    for (const [pipe, fd] of [[this.#requests, 3] as const, [this.#answers, 4] as const]) {
      // What is written to a trainer that is gone: its end will be told.
      pipe.on('error', () => undefined);
      pipe.on('close', () => this.#onClosed(fd));
    }
  }

  /**
   * Never waits: a trainer that doesn't read leaves at most a train, a cancel, a ping and a
   * shutdown unread.
   */
  send(message: ToTrainer): void {
    if (this.#requests.writable) this.#requests.write(`${JSON.stringify(message)}\n`);
  }

  /** No more requests: descriptor 3 ends. */
  end(): void {
    this.#isShut = true;
    this.#requests.end();
  }

  /** Reads nothing more. */
  shut(): void {
    this.#isShut = true;
    clearTimeout(this.#closing);
    this.#answers.destroy();
  }

  #read(): void {
    const { lineBytes } = this.#limits;
    const lines = new Lines(lineBytes, (line, isWhole) => {
      if (this.#isShut || line.length === 0) return;
      if (!isWhole) this.#break(tooLong(lineBytes));
      else this.#onLine(line);
    });
    this.#answers.on('data', (chunk: Buffer) => lines.push(chunk));
  }

  #onLine(line: Buffer): void {
    const parsed = parseMessage(line);
    if (parsed.kind === 'message') this.#listener.onMessage(parsed.message);
    else this.#break(notMessage(parsed.why));
  }

  #onClosed(fd: number): void {
    if (this.#isShut || this.#closing) return;
    this.#closing = setTimeout(() => this.#break(closed(fd)), this.#limits.closingMs);
  }

  #break(error: TrainingError): void {
    this.shut();
    this.#listener.onBroken(error);
  }
}

const tooLong = (lineBytes: number): TrainingError =>
  new TrainingError(
    'poison',
    `the trainer wrote a line of over ${lineBytes} bytes to descriptor 4`,
    {
      hint: 'write big values to a file, and name it in the result',
    },
  );

const notMessage = (why: string): TrainingError =>
  new TrainingError('retryable', `the trainer wrote to descriptor 4 what is no message: ${why}`, {
    hint: 'docs/exec-protocol.md has the messages',
  });

const closed = (fd: number): TrainingError =>
  new TrainingError('retryable', `the trainer closed its descriptor ${fd} and went on`, {
    hint: 'keep 3 and 4 open as long as the trainer runs',
  });
