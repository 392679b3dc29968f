import { ABSENT, type Manifest } from "interlock-policy";
import { stateTitle } from "../policies/titles.ts";

/** A state as its word in a colour. The same state has the same colour in every kind; a colour never stands alone. */
export function StateChip({ manifest, kind, state }: { manifest: Manifest; kind: string; state: string }) {
  const isAbsent = state === ABSENT;
  return (
    <span class={`state${isAbsent ? " state-absent" : ""}`} style={{ "--hue": String(hueOf(manifest, state)) }}>
      {stateTitle(manifest, kind, state)}
    </span>
  );
}

/** Share of the way between the hues of states that follow each other: the golden section, so that none is near another soon. */
const STEP = 0.381966;
/** Degrees of the hues that states have: oranges and yellows, then blues to pinks. Greens and reds are left to verdicts. */
const HUES = [
  [50, 115],
  [185, 350],
] as const;
/** Share of the way at which the first state is: a blue. */
const FIRST = 0.5;

/** Degrees of a state's hue: by its place among all names of states that the policy has, in the manifest's order. */
export function hueOf(manifest: Manifest, state: string): number {
  const place = placesOf(manifest).get(state) ?? 0;
  let way = ((FIRST + place * STEP) % 1) * HUES.reduce((sum, [from, to]) => sum + to - from, 0);
  for (const [from, to] of HUES) {
    if (way <= to - from) return Math.round(from + way);
    way -= to - from;
  }
  return HUES[0][0];
}

const places = new WeakMap<Manifest, ReadonlyMap<string, number>>();

function placesOf(manifest: Manifest): ReadonlyMap<string, number> {
  const known = places.get(manifest);
  if (known) return known;
  const names = new Set(manifest.kinds.flatMap(({ states }) => states.map(({ name }) => name)));
  names.delete(ABSENT);
  const made = new Map([...names].map((name, place) => [name, place]));
  places.set(manifest, made);
  return made;
}
