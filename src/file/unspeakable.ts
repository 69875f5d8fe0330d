// Refuses to write secrets of the broker into a file that can't name variables instead.
import { InvalidInput, type Problem } from '../topology/problem.ts';
import type { OpenedFile } from './opened-file.ts';
import type { SecretKeeper } from './secret-fields.ts';

/** Throws InvalidInput if the file would have to hold a secret that it doesn't hold yet. */
export function assertSpeakable({ unspeakable }: SecretKeeper, file: OpenedFile): void {
  if (unspeakable.length > 0) throw new InvalidInput([secretsIn(file, unspeakable)]);
}

/** At the line that makes it a file of RabbitMQ's. */
function secretsIn(file: OpenedFile, secrets: readonly string[]): Problem {
  const { head } = file.parsed;
  const key = 'rabbit_version' in head ? 'rabbit_version' : 'rabbitmq_version';
  const message = `a file that RabbitMQ exported can't name variables, so it would hold what is secret: ${secrets.join(', ')}`;
  const hint = `remove ${key}, and the file is a topology file, where variables stand for secrets; or export to another file with --output`;
  return file.problem({ code: 'secret-in-export', message, hint }, [key], 'key');
}
