// Tells the broker each new token while a connection lives: without it, everything is refused once
// the first one has expired.
import type { ChannelModel } from 'amqplib';
import { TokenFile } from '../connection/token-file.ts';
import type { Password } from '../connection/credentials.ts';

/** Milliseconds between looks at the file. */
const pause = 1_000;

/** `known`: the token that the connection was opened with. */
export function renewSecret(model: ChannelModel, password: Password, known: string): void {
  if (!(password instanceof TokenFile)) return;
  let told = known;
  const timer = setInterval(() => {
    const token = password.reveal();
    if (token === told) return;
    told = token;
    // The broker closes the connection if it refuses the token: the next one is opened with it.
    model.updateSecret(Buffer.from(token), 'renewed').catch(() => undefined);
  }, pause);
  timer.unref();
  model.on('close', () => clearInterval(timer));
}
