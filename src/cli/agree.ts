// Asks for consent, unless told not to.
import type { Interrupts } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

interface Asked {
  readonly yes?: boolean | undefined;
  readonly destroy?: true;
  readonly verb?: 'apply' | 'destroy' | 'move' | 'migrate';
}

export async function agree(
  question: string,
  session: Pick<Interrupts, 'stop'>,
  { yes, destroy, verb = destroy ? 'destroy' : 'apply' }: Asked,
  terminal: Terminal,
): Promise<boolean> {
  if (yes === true) return true;
  const answer = await ask(`${question} [y/N] `, session, terminal);
  if (/^y(es)?$/i.test(answer ?? '')) return true;
  const why = answer === undefined ? `without a terminal, ${verb} needs --yes` : 'declined';
  terminal.complain(`${why}: nothing was written`);
  return false;
}

async function ask(
  question: string,
  session: Pick<Interrupts, 'stop'>,
  terminal: Terminal,
): Promise<string | undefined> {
  try {
    return await terminal.ask(question, session.stop);
  } catch (error) {
    if (session.stop.aborted) throw session.stop.reason;
    // Ctrl-D.
    if ((error as Error).name === 'AbortError') return '';
    throw error;
  }
}
