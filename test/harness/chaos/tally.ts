// Counts faults by kind, as they are done.

export class Tally {
  readonly faults = new Map<string, number>();
  kills = 0;
  reconnects = 0;
  readonly violations: string[] = [];

  fault(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  /** With SIGKILL. */
  kill(kind: string): void {
    this.kills++;
    this.fault(kind);
  }
}
