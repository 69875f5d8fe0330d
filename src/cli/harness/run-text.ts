// Renders a run's status as text, once or again and again.
import { renderDuration, renderFigure } from '../../harness/report/figures.ts';
import type { Status, WorkerStatus } from '../../harness/train/run/status.ts';
import { escape } from '../../report/escape.ts';
import type { Paint } from '../../report/paint.ts';
import { plural } from '../../topology/count.ts';

export interface Size {
  /** Of the terminal, in characters. */
  readonly columns: number;
  readonly rows: number;
}

const widest = 100;

/** What fits, with the workers that matter most if not all do. `now`: milliseconds since 1970. */
export function renderRun(status: Status, size: Size, paint: Paint, now: number): string[] {
  const columns = Math.min(size.columns, widest);
  const head = [
    renderHead(status, columns, paint),
    ...renderReason(status, columns, paint),
    renderBar(status, columns, paint),
    ...renderMetrics(status, columns, paint),
    ...renderEvaluation(status, columns),
    renderTimes(status, columns, paint, now),
    ...renderStrangers(status, columns, paint),
    ...renderCrew(status, columns, paint, now),
  ];
  const room = Math.max(1, size.rows - head.length - 2);
  return [...head, ...renderWorkers(status.workers, room, columns, paint)];
}

/** After this long without a word from the coordinator, the status may be out of date. */
const stale = 10_000;

const isNow = ({ state, at }: Status, now: number): boolean =>
  state === 'running' && now - at < stale;

const stateColours = {
  running: 'cyan',
  finished: 'green',
  failed: 'red',
  interrupted: 'yellow',
  abandoned: 'yellow',
} as const;

/**
 * Why it failed, or could not go on: whole, as nothing else matters more then. A traceback has
 * several lines.
 */
const renderReason = ({ reason }: Status, columns: number, paint: Paint): string[] =>
  reason === undefined
    ? []
    : `because    ${reason}`
        .split('\n')
        .map((line, n) => (n === 0 ? line : `${' '.repeat(11)}${line}`))
        .flatMap((line) => wrap(escape(line), columns, 11))
        .map((line) => paint.red(line));

function renderHead({ run, state, pid }: Status, columns: number, paint: Paint): string {
  const isWide = columns >= 40;
  const where = state === 'running' && isWide ? ` (pid ${pid})` : '';
  const name = fit(escape(run), Math.max(8, columns - state.length - where.length - 2)).trimEnd();
  return `${paint.bold(name)}  ${paint[stateColours[state]](state)}${paint.dim(where)}`;
}

function renderBar(status: Status, columns: number, paint: Paint): string {
  const { round, rounds, done, shards, state } = status;
  const closed = closedOf(status);
  const words =
    state === 'finished'
      ? `${closed} of ${plural(rounds, 'round')}`
      : `${closed} of ${plural(rounds, 'round')} · round ${round}: ${done}/${plural(shards, 'shard')}`;
  const width = Math.min(30, columns - words.length - 2);
  if (width < 5) return cut(words, columns);
  const share = rounds === 0 ? 0 : (closed + (shards === 0 ? 0 : done / shards)) / rounds;
  const full = Math.round(width * Math.min(1, state === 'finished' ? 1 : share));
  return `${paint.cyan('━'.repeat(full))}${paint.dim('─'.repeat(width - full))}  ${words}`;
}

const closedOf = ({ history, rounds }: Status): number =>
  Math.min(rounds, (history.at(-1)?.round ?? -1) + 1);

const trend = 5;

/** Each metric's last values, oldest first. */
function renderMetrics({ history, metrics }: Status, columns: number, paint: Paint): string[] {
  const last = history.slice(-trend);
  return Object.keys(metrics)
    .slice(0, 4)
    .map((name) => {
      const values = last.map((one) => renderFigure(one.metrics[name] ?? NaN));
      const [value = '', ...before] = values.reverse();
      const label = `${fit(escape(name), 10)} `;
      const room = columns - label.length - value.length;
      const past = cut(before.length === 0 ? '' : `  before: ${before.join(', ')}`, room);
      return `${label}${paint.bold(value)}${paint.dim(past)}`;
    });
}

function renderEvaluation({ evaluation }: Status, columns: number): string[] {
  if (evaluation === undefined) return [];
  const { round, metrics } = evaluation;
  const figures = Object.entries(metrics).map(([name, value]) => `${name} ${renderFigure(value)}`);
  return [cut(escape(`evaluated  ${figures.join('  ')} (round ${round})`), columns)];
}

function renderTimes(status: Status, columns: number, paint: Paint, now: number): string {
  const { state, started_at, at, eta_seconds } = status;
  const took = renderDuration((state === 'running' ? now : at) - started_at);
  const left =
    eta_seconds === undefined ? '' : `, about ${renderDuration(eta_seconds * 1_000)} left`;
  const text = cut(
    state === 'running' ? `since      ${took}${left}` : `took       ${took}`,
    columns,
  );
  const silence = now - at;
  if (!isOpen(state) || silence < stale) return text;
  return `${text}${paint.yellow(cut(`; last heard of ${renderDuration(silence)} ago`, columns - text.length))}`;
}

/** Its coordinator reported no end. */
const isOpen = (state: Status['state']): boolean => state === 'running' || state === 'interrupted';

function renderStrangers({ strangers }: Status, columns: number, paint: Paint): string[] {
  if (strangers === undefined) return [];
  const names = plural(strangers, 'name');
  return [paint.yellow(cut(`unknown    ${names} heard of, of no worker of this run`, columns))];
}

/** The heading above the workers: are they still like this? */
function renderCrew(status: Status, columns: number, paint: Paint, now: number): string[] {
  if (isNow(status, now))
    return status.workers.length > 0 ? [] : [paint.yellow(cut('no worker is heard of', columns))];
  if (status.workers.length === 0) return [];
  return [paint.yellow(cut('workers    when the coordinator was last heard of:', columns))];
}

const workerColours = {
  idle: 'dim',
  busy: 'green',
  silent: 'red',
  draining: 'yellow',
} as const;
/** Those that need attention come first if there is no room for all. */
const urgency = ['silent', 'draining', 'busy', 'idle'];

function renderWorkers(
  workers: readonly WorkerStatus[],
  room: number,
  columns: number,
  paint: Paint,
): string[] {
  const isTight = workers.length > room;
  const sorted = isTight
    ? [...workers].sort((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state))
    : workers;
  const shown = isTight ? sorted.slice(0, room - 1) : sorted;
  const longest = Math.max(0, ...shown.map(({ name }) => escape(name).length));
  const width = Math.min(longest, Math.max(8, columns - 32), 40);
  const lines = shown.map((worker) => renderWorker(worker, width, columns, paint));
  return isTight ? [...lines, paint.dim(cut(sumUp(sorted.slice(shown.length)), columns))] : lines;
}

function renderWorker(
  { name, queue, state, units }: WorkerStatus,
  width: number,
  columns: number,
  paint: Paint,
): string {
  const words = units.length > 0 ? units.map(shortName).join(' ') : state === 'silent' ? queue : '';
  const room = columns - width - 12;
  const does = room > 0 ? cut(escape(words), room) : '';
  const gap = does === '' ? '' : ' '.repeat(10 - state.length);
  return `${fit(escape(name), width)}  ${paint[workerColours[state]](state)}${gap}${does}`;
}

/** RUN.r3.s17 as r3.s17: the run is shown already. */
const shortName = (id: string): string => /(?:r\d+\.(?:s\d+|eval)|init)$/.exec(id)?.[0] ?? id;

function sumUp(workers: readonly WorkerStatus[]): string {
  const counts = urgency.flatMap((state) => {
    const n = workers.filter((worker) => worker.state === state).length;
    return n === 0 ? [] : [`${n} ${state}`];
  });
  return `… and ${plural(workers.length, 'further worker')}: ${counts.join(', ')}`;
}

/** At most so many characters. */
export function cut(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  return width <= 0 ? '' : `${characters.slice(0, width - 1).join('')}…`;
}

/** Exactly so many characters. The end stays, too: names of one cluster begin alike. */
function fit(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text + ' '.repeat(width - characters.length);
  const tail = Math.floor((width - 1) / 2);
  const head = characters.slice(0, width - 1 - tail).join('');
  return `${head}…${characters.slice(characters.length - tail).join('')}`;
}

/** At words, if there are some; lines after the first are indented. */
export function wrap(text: string, columns: number, indented: number): string[] {
  const width = Math.max(8, columns);
  const indent = Math.min(indented, Math.floor(width / 2));
  const lines: string[] = [];
  let rest = Array.from(text);
  while (rest.length > width) {
    const blank = rest.slice(0, width + 1).lastIndexOf(' ');
    const end = blank > indent ? blank : width;
    lines.push(rest.slice(0, end).join(''));
    rest = Array.from(' '.repeat(indent) + rest.slice(end).join('').trimStart());
  }
  return [...lines, rest.join('')];
}
