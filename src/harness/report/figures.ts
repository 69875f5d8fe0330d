// Renders figures for people: numbers, durations, points in time.
import { count } from '../../topology/count.ts';

/** Four digits that count. */
export function renderFigure(value: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return renderCount(value);
  const rounded = Number(value.toPrecision(4));
  return Math.abs(rounded) >= 10_000 && Math.abs(rounded) < 1e15
    ? renderCount(Math.round(rounded))
    : String(rounded);
}

const renderCount = (value: number): string => (value < 0 ? `−${count(-value)}` : count(value));

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

/** `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function renderDuration(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds));
  if (ms < second) return `${ms} ms`;
  if (ms < 9_950) return `${(ms / second).toFixed(1)} s`;
  if (ms < 59_500) return `${Math.round(ms / second)} s`;
  if (ms < hour - 500) return pair(ms, minute, 'min', second, 's');
  if (ms < day - 30_000) return pair(ms, hour, 'h', minute, 'min');
  return pair(ms, day, 'd', hour, 'h');
}

function pair(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const smalls = Math.round(ms / small);
  const whole = Math.floor((smalls * small) / big);
  const rest = smalls - whole * (big / small);
  return rest === 0 ? `${whole} ${bigName}` : `${whole} ${bigName} ${rest} ${smallName}`;
}

/** Since the start: `0:07.3`, `12:40.0`, `1:02:03`. */
export function renderClock(milliseconds: number): string {
  const tenths = Math.max(0, Math.round(milliseconds / 100));
  const seconds = Math.floor(tenths / 10);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return `${h}:${two(m)}:${two(s)}`;
  return `${m}:${two(s)}.${tenths % 10}`;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** In UTC. */
export function renderTime(time: number): string {
  const text = Number.isFinite(time) && Math.abs(time) < 8e15 ? new Date(time).toISOString() : '';
  return text.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}
