/** Milliseconds of each unit. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a text such as `30s`, `5m`, `2h`, `3d`; `undefined` for any other. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(0|[1-9]\d{0,5})([smhd])$/u.exec(text) ?? [];
  const length = UNITS[unit ?? ""];
  return length === undefined ? undefined : Number(count) * length;
}
