const units = [
  { name: 'days', seconds: 86_400, from: 172_800 },
  { name: 'h', seconds: 3_600, from: 7_200 },
  { name: 'min', seconds: 60, from: 120 },
  { name: 's', seconds: 1, from: 1 },
] as const;

/** How long ago a time was, such as `12 min ago`. The clocks of two machines may differ. */
export function ago(time: string, now: Date): string {
  const seconds = Math.floor((now.getTime() - Date.parse(time)) / 1_000);
  const unit = units.find(({ from }) => seconds >= from);
  return unit === undefined ? 'just now' : `${Math.floor(seconds / unit.seconds)} ${unit.name} ago`;
}
