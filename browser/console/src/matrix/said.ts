import { choose } from "../link/link.ts";

/** What was said of conditions by hand, by code. */
export function readSaid(holds: string | null, fails: string | null): Map<string, boolean> {
  const list = (text: string | null) => (text ?? "").split(",").filter((code) => code !== "");
  return new Map([
    ...list(holds).map((code) => [code, true] as const),
    ...list(fails).map((code) => [code, false] as const),
  ]);
}

/** Says something of a condition; undefined takes back what was said. */
export function say(said: ReadonlyMap<string, boolean>, code: string, answer: boolean | undefined): void {
  const next = new Map(said);
  if (answer === undefined) next.delete(code);
  else next.set(code, answer);
  const list = (wanted: boolean) => {
    const codes = [...next].filter(([, holds]) => holds === wanted).map(([name]) => name);
    return codes.length === 0 ? null : codes.join(",");
  };
  choose({ holds: list(true), fails: list(false) });
}
