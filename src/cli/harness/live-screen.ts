// Redraws a picture at the end of a terminal; everything else is printed above it.
import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';

export type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'> & NodeJS.WritableStream;

export interface LiveScreen {
  draw(text: string): void;
  /** A line that stays. */
  say(line: string): void;
  /** Leaves the last drawing, and the cursor below it. */
  end(): void;
}

export function openLiveScreen(screen: Screen): LiveScreen {
  const update = createLogUpdate(screen);
  let drawn = '';
  const draw = (text: string): void => {
    drawn = text;
    update(text);
  };
  const onResize = (): void => {
    if (drawn === '') return;
    // What is too wide now has become several rows.
    screen.write(`\u001b[${rowsOf(drawn, screen.columns)}A\r\u001b[0J`);
    update.done();
    update(drawn);
  };
  screen.on('resize', onResize);
  return {
    draw,
    say: (line) => {
      update.clear();
      screen.write(`${line}\n`);
      if (drawn !== '') update(drawn);
    },
    end: () => {
      screen.off('resize', onResize);
      // With it goes the ^C that the terminal has written into it.
      update.clear();
      update.done();
      if (drawn !== '') screen.write(`${drawn}\n`);
    },
  };
}

const rowsOf = (text: string, columns: number): number =>
  stripVTControlCharacters(text)
    .split('\n')
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(Array.from(line).length / columns)), 0);
