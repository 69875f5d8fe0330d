// The port for Prometheus, if there is to be one: prom-client is loaded for nobody else.
import type { WorkEvent } from '../../harness/work/event.ts';
import type { WorkLog } from '../../harness/work/log.ts';
import { parseMetrics } from './work-flags.ts';

export interface OpenMetrics {
  readonly tell: (event: WorkEvent) => void;
  readonly close: () => Promise<void>;
}

export async function openMetrics(
  flag: string | undefined,
  log: WorkLog,
): Promise<OpenMetrics | undefined> {
  if (flag === undefined) return undefined;
  const address = parseMetrics(flag);
  const { Metrics, serveMetrics } = await import('../../harness/work/metrics.ts');
  const metrics = new Metrics();
  const server = await serveMetrics(metrics, address);
  log.info('metrics', { address: `http://${server.address}/metrics` });
  return { tell: (event) => metrics.tell(event), close: () => server.close() };
}
