// The releases of RabbitMQ that topo knows, and what a version on the command line means.
import { isWithin } from './versions.ts';

/** The newest patch of each that was tested, or whose source was read. */
const newest: ReadonlyMap<string, string> = new Map([
  ['3.10', '3.10.25'],
  ['3.11', '3.11.28'],
  ['3.12', '3.12.14'],
  ['3.13', '3.13.7'],
  ['4.0', '4.0.9'],
  ['4.1', '4.1.8'],
  ['4.2', '4.2.9'],
  ['4.3', '4.3.6'],
]);

export const knownReleases: readonly string[] = [...newest.keys()];

/** 4.3.6 for `4.3`, and 4.3.2 for `4.3.2`; undefined for a release that topo doesn't know. */
export function toVersion(text: string): string | undefined {
  const [, minor = '', patch] = /^(\d+\.\d+)(\.\d+)?$/.exec(text) ?? [];
  return patch === undefined ? newest.get(minor) : newest.has(minor) ? text : undefined;
}

export const isOlder = (version: string, than: string): boolean =>
  isWithin(version, { until: than });
