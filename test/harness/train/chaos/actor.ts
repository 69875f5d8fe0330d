// A process of a run, a worker or a coordinator, and what it says: a line of JSON at a time.
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Line {
  /** Of a coordinator: the step that it waits at, or dies at. */
  readonly at?: string;
  readonly of?: string;
  readonly entry?: { readonly kind: string; readonly state?: string };
  readonly ending?: { readonly kind: string; readonly reason?: string };
  readonly refused?: string;
  readonly warning?: string;
  /** Of a worker: its queue. */
  readonly working?: string;
  readonly training?: string;
  readonly bad?: string;
  readonly twin?: string;
}

export class Actor {
  readonly lines: Line[] = [];
  readonly #child: ChildProcess;
  /** The signal that ended it, or its exit code. */
  readonly ended: Promise<string | number | null>;
  isOver = false;

  /** `log`: a file. */
  constructor(script: string, variable: string, settings: object, log: string) {
    this.#child = spawn(process.execPath, [script], {
      env: { PATH: process.env['PATH'], [variable]: JSON.stringify(settings) },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stderr?.on('data', (text) => appendFileSync(log, String(text)));
    if (this.#child.stdout === null) throw new Error('a child without stdout');
    createInterface(this.#child.stdout).on('line', (line) => {
      appendFileSync(log, `${Date.now()} ${this.#child.pid ?? ''} ${line}\n`);
      this.lines.push(JSON.parse(line) as Line);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.isOver = true;
        appendFileSync(log, `${Date.now()} ${this.#child.pid ?? ''} ${signal ?? code ?? ''}\n`);
        resolve(signal ?? code);
      });
    });
  }

  has(isIt: (line: Line) => boolean): boolean {
    return this.lines.some(isIt);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** From the step that it waits at. */
  goOn(): void {
    this.#child.stdin?.write('go on\n');
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}
