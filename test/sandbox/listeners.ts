// What the processes of a sandbox are, and where they listen, as the operating system tells it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The process and all below it, but for zombies. */
export function readDescendants(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=']).toString().trim().split('\n');
  const rows = lines
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => !row[2]?.startsWith('Z'));
  const parents = new Map(rows.map(([child, parent]) => [Number(child), Number(parent)]));
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child);
    return child === pid || (parent !== undefined && isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow);
}

/** Such as `127.0.0.1:5672`, from /proc; on systems without it, from lsof. */
export function readListeners(pids: readonly number[]): string[] {
  return process.platform === 'linux' ? pids.flatMap(readProc) : readLsof(pids);
}

function readProc(pid: number): string[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readLink(`/proc/${pid}/fd/${fd}`));
  const sockets = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1),
  );
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => row[3] === '0A' && sockets.has(row[9]))
    .map((row) => parseAddress(row[1] ?? ''));
}

/** A descriptor may be closed while it is looked at. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** `0100007F:1F90` is 127.0.0.1:8080: the address in the byte order of the machine. */
function parseAddress(text: string): string {
  const [address = '', port = ''] = text.split(':');
  const known = new Map([
    ['0100007F', '127.0.0.1'],
    ['00000000000000000000000001000000', '[::1]'],
  ]);
  return `${known.get(address) ?? address}:${Number.parseInt(port, 16)}`;
}

function readLsof(pids: readonly number[]): string[] {
  const args = ['-nP', '-iTCP', '-sTCP:LISTEN', '-a', '-Fn', '-p', pids.join(',')];
  const lines = execFileSync('lsof', args).toString().split('\n');
  return lines.filter((line) => line.startsWith('n')).map((line) => line.slice(1));
}
