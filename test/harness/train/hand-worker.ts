// A worker by hand: it is there, takes tasks and trains nothing; the test says what it answers, and
// when.
import { hash } from 'node:crypto';
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { encodeInline } from '../../../src/harness/messaging/inline.ts';
import type { Event } from '../../../src/harness/messaging/event.generated.ts';
import type { Result } from '../../../src/harness/messaging/result.generated.ts';
import type { Task } from '../../../src/harness/messaging/task.generated.ts';
import { renderTensors } from '../../../src/harness/data/tensors/render.ts';
import { writeFloats } from '../../../src/harness/data/tensors/floats.ts';
import { until } from './chaos/train-bed.ts';

export const modelOf = (...values: number[]): Buffer =>
  renderTensors(
    new Map([
      ['w', { dtype: 'F32', shape: [2], data: writeFloats('F32', Float64Array.from(values)) }],
    ]),
  );

export const inlineOf = (...values: number[]) => encodeInline(modelOf(...values));

/** What a trainer would give that leaves the model as it is. */
export const parameters = inlineOf(1, 2);

export class HandWorker {
  readonly tasks: Task[] = [];
  /** What the words of each hash to. */
  readonly #hashes = new WeakMap<Task, string>();
  readonly #model: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #queue: string;
  readonly #timer: NodeJS.Timeout;
  #tag = '';
  /** The user id of what it publishes. */
  signature: { readonly userId?: string } = {};

  private constructor(connection: ChannelModel, channel: ConfirmChannel, queue: string) {
    this.#model = connection;
    this.#channel = channel;
    this.#queue = queue;
    this.#timer = setInterval(() => this.#beat(), 100);
  }

  static async open(url: string, queue: string): Promise<HandWorker> {
    const connection = await connect(url);
    const channel = await connection.createConfirmChannel();
    const worker = new HandWorker(connection, channel, queue);
    const taking = await channel.consume(
      queue,
      (message) => message && worker.#take(message.content),
      { noAck: true },
    );
    worker.#tag = taking.consumerTag;
    return worker;
  }

  #take(content: Buffer): void {
    const task = JSON.parse(content.toString()) as Task;
    this.#hashes.set(task, hash('sha256', content));
    this.tasks.push(task);
  }

  #beat(): void {
    const heartbeat = {
      ...{ version: 1, worker: 'by hand', queue: this.#queue, at: new Date().toISOString() },
      ...{ state: 'idle', concurrency: 9, tasks: [] },
    };
    const content = Buffer.from(JSON.stringify(heartbeat));
    this.#channel.publish('events', 'heartbeat', content, this.signature);
  }

  /**
   * The next task of that name, such as r0.s0, since the last that was asked for; or the next of a
   * kind.
   */
  async next(name: string, isOfKind: (task: Task) => boolean = () => true): Promise<Task> {
    const isIt = (task: Task): boolean => task.id.endsWith(`.${name}`) && isOfKind(task);
    await until(() => this.tasks.some(isIt), `the task ${name}`);
    const [task] = this.tasks.splice(this.tasks.findIndex(isIt), 1);
    if (task === undefined) throw new Error(`no task ${name}`);
    return task;
  }

  async answer(task: Task, changes: Partial<Result> = {}): Promise<void> {
    const { id, run, round } = task;
    const task_sha256 = this.#hashes.get(task);
    const at = new Date().toISOString();
    await this.publish(id, {
      ...{ version: 1, task: id, run, round, worker: 'by hand', attempt: 1, task_sha256 },
      ...{ started_at: at, finished_at: at, samples: 1, parameters, ...changes },
    });
  }

  /** It could not train the task. `changes`: as somebody else would say it. */
  async fail(
    task: Task,
    verdict: 'retryable' | 'poison',
    changes: Partial<Event> = {},
  ): Promise<void> {
    const task_sha256 = this.#hashes.get(task);
    await this.tell({
      ...{ event: 'failed', task: task.id, attempt: 1, task_sha256 },
      ...{ verdict, error: 'no such file', ...changes },
    });
  }

  /** To the events exchange. */
  async tell(changes: object): Promise<void> {
    const at = new Date().toISOString();
    const event = { version: 1, worker: 'by hand', queue: this.#queue, at, ...changes };
    this.#channel.publish('events', 'event', Buffer.from(JSON.stringify(event)), this.signature);
    await this.#channel.waitForConfirms();
  }

  /** Trains nothing, and says so. */
  async do(...names: string[]): Promise<void> {
    for (const name of names) await this.answer(await this.next(name));
  }

  async publish(messageId: string, result: object): Promise<void> {
    const content = Buffer.from(JSON.stringify(result));
    const properties = { ...this.signature, messageId, type: 'topo.result.v1' };
    this.#channel.sendToQueue('results', content, properties);
    await this.#channel.waitForConfirms();
  }

  async stopTaking(): Promise<void> {
    await this.#channel.cancel(this.#tag);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#model.close();
  }
}
