// The user that published the task of a dead letter: the letter itself bears the name of the worker's user, who noted the task's.
import { deathHeaders } from '../messaging/carry.ts';

/** Empty where the broker did not know. */
export function publisherOf(properties: object): string {
  const { headers, userId } = properties as { headers?: unknown; userId?: unknown };
  const noted = new Map<string, unknown>(Object.entries(headers ?? {})).get(deathHeaders.user);
  if (typeof noted === 'string') return noted;
  return typeof userId === 'string' ? userId : '';
}
