// Says what a policy can apply to, by its apply-to.
import type { PolicyTarget } from './policy-keys.ts';
import { always, type Span } from './versions.ts';

interface ApplyTo {
  readonly targets: readonly PolicyTarget[];
  /** The versions that accept it. */
  readonly accepted: Span;
}

const queues = ['classic', 'quorum', 'stream'] as const;

/** Tested on 3.10.8, 4.0.5 and 4.3.6; the queues of plugins are not among the targets. */
const applyTos: ReadonlyMap<string, ApplyTo> = new Map<string, ApplyTo>([
  ['all', { targets: ['exchange', ...queues], accepted: always }],
  ['exchanges', { targets: ['exchange'], accepted: always }],
  ['queues', { targets: queues, accepted: always }],
  ['classic_queues', { targets: ['classic'], accepted: { since: '3.12' } }],
  ['quorum_queues', { targets: ['quorum'], accepted: { since: '3.12' } }],
  ['streams', { targets: ['stream'], accepted: { since: '3.12' } }],
  // QoS 0 of MQTT.
  ['qos0_queues', { targets: [], accepted: { since: '4.2' } }],
]);

export const applyToNames: readonly string[] = [...applyTos.keys()];

export const targetsOf = (applyTo: string): readonly PolicyTarget[] =>
  applyTos.get(applyTo)?.targets ?? [];

/** Undefined for an unknown one. */
export const versionsOfApplyTo = (applyTo: string): Span | undefined =>
  applyTos.get(applyTo)?.accepted;
