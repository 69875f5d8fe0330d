// Lets a node have the memory or the disk alarm, as rabbitmqctl does.
import { expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api } from '../broker.ts';
import { evaluate } from '../erlang.ts';

/** As rabbitmqctl set_vm_memory_high_watermark and set_disk_free_limit do. */
const alarms = {
  memory: {
    on: 'vm_memory_monitor:set_vm_memory_high_watermark(0.00001)',
    off: 'vm_memory_monitor:set_vm_memory_high_watermark(0.6)',
  },
  'disk space': {
    on: 'rabbit_disk_monitor:set_disk_free_limit("900000GB")',
    off: 'rabbit_disk_monitor:set_disk_free_limit(1000000)',
  },
} as const;
export type Resource = keyof typeof alarms;
export const resources = Object.keys(alarms) as readonly Resource[];

async function isAlarmed(node: Sandbox): Promise<boolean> {
  const check = api('GET', 'health/checks/alarms', undefined, brokerOf(node));
  return check.then(
    () => false,
    (error: unknown) => String(error).includes('alarms in effect'),
  );
}

export async function setAlarm(
  node: Sandbox,
  resource: Resource,
  state: 'on' | 'off',
): Promise<void> {
  await evaluate(node, alarms[resource][state]);
  await expect.poll(() => isAlarmed(node)).toBe(state === 'on');
}

export async function underAlarm<T>(
  node: Sandbox,
  resource: Resource,
  use: () => Promise<T>,
): Promise<T> {
  await setAlarm(node, resource, 'on');
  try {
    return await use();
  } finally {
    await setAlarm(node, resource, 'off');
  }
}
