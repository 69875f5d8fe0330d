// Serves metrics for Prometheus over HTTP.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ExpectedError } from '../../topology/problem.ts';
import type { WorkEvent } from './event.ts';

export interface MetricsAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Seconds: from a test's no-op to a night. */
const buckets = [0.01, 0.1, 1, 10, 60, 300, 900, 1_800, 3_600, 10_800, 36_000];

export class Metrics {
  readonly #registry = new Registry();
  readonly #tasks = this.#counter('topo_tasks_total', 'Tasks, by what became of them', ['outcome']);
  readonly #redelivered = this.#counter('topo_redelivered_total', 'Tasks that came again');
  readonly #kept = this.#counter('topo_kept_results_total', 'Results published again, untrained');
  readonly #refused = this.#counter('topo_refused_total', 'Publishes to be tried again');
  readonly #training = this.#gauge('topo_tasks_in_flight', 'Tasks that are being trained');
  readonly #connected = this.#gauge('topo_connected', '1 while connected', ['connection']);
  readonly #blocked = this.#gauge('topo_blocked', '1 while the broker takes no messages');
  readonly #generation = this.#gauge('topo_generation', 'Connections so far', ['connection']);
  readonly #seconds = new Histogram({
    name: 'topo_task_seconds',
    help: 'How long the trainer took',
    labelNames: ['outcome'],
    buckets,
    registers: [this.#registry],
  });

  tell(event: WorkEvent): void {
    switch (event.kind) {
      case 'received':
        if (event.redelivered) this.#redelivered.inc();
        return;
      case 'started':
        this.#training.inc();
        return;
      case 'trained':
      case 'failed':
        this.#training.dec();
        this.#seconds.observe({ outcome: event.kind }, event.seconds);
        return;
      case 'settled':
        this.#tasks.inc({ outcome: event.settled.kind });
        if (event.settled.kind === 'kept') this.#kept.inc();
        return;
      case 'refused':
        this.#refused.inc();
        return;
      case 'connection':
        this.#tellConnection(event);
        return;
      default:
    }
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #tellConnection({ of: connection, state }: Extract<WorkEvent, { kind: 'connection' }>): void {
    switch (state.kind) {
      case 'connected':
        this.#connected.set({ connection }, 1);
        this.#generation.set({ connection }, state.generation);
        return;
      case 'lost':
        this.#connected.set({ connection }, 0);
        return;
      default:
        if (connection === 'publisher') this.#blocked.set(state.kind === 'blocked' ? 1 : 0);
    }
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }
}

export interface MetricsServer {
  /** Such as 127.0.0.1:9091. */
  readonly address: string;
  close(): Promise<void>;
}

/** Throws if the port is taken. */
export async function serveMetrics(
  metrics: Metrics,
  { host, port }: MetricsAddress,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('there is /metrics\n');
      return;
    }
    void metrics.render().then((text) => {
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    });
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const hint = 'give a port that is free: --metrics :9092';
    throw new ExpectedError(`can't serve metrics on ${host}:${port} (${code})`, { hint, cause });
  }
  const { address, port: bound } = server.address() as AddressInfo;
  return { address: `${address}:${bound}`, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
