import type { Manifest } from "interlock-policy";
import { choose, chosen } from "../link/link.ts";
import { statesOf } from "../matrix/grid.ts";
import { stateNamed } from "./focus.ts";

const ENDS = ["from", "to"] as const;

/** The ends that the link names, as indexes of states; `problem` says in a sentence why there is no way to look for yet. */
export function endsOf(manifest: Manifest, mode: number, kind: number) {
  const states = statesOf(manifest, mode, kind);
  const found = ENDS.map((end) => ({ end, name: chosen(end), state: stateNamed(manifest, kind, chosen(end)) }));
  const lacking = found.find(({ name, state }) => name !== null && (state === undefined || !states.includes(state)));
  const open = found.filter(({ name }) => name === null);
  const problem = lacking
    ? `${manifest.modes[mode]} mode has no state “${lacking.name}” of ${manifest.kinds[kind]?.title}.`
    : open.length === 1
      ? `Choose the state to ${open[0]?.end === "from" ? "begin" : "end"} in as well.`
      : undefined;
  const [from, to] = problem === undefined ? found.map(({ state }) => state) : [];
  return { from, to, problem };
}

/** From which state to which the shortest way is looked for. */
export function PathChoice({ manifest, mode, kind }: { manifest: Manifest; mode: number; kind: number }) {
  const isChosen = chosen("from") !== null || chosen("to") !== null;
  return (
    <fieldset class="path-choice">
      <legend>Shortest way</legend>
      {ENDS.map((end) => (
        <label key={end}>
          <span>{end}</span>
          <select
            value={stateNamed(manifest, kind, chosen(end)) ?? ""}
            onChange={({ currentTarget: { value } }) =>
              choose({ [end]: manifest.kinds[kind]?.states[Number(value || NaN)]?.name ?? null, path: null })
            }
          >
            <option value="">any state</option>
            {statesOf(manifest, mode, kind).map((state) => (
              <option key={state} value={state}>
                {manifest.kinds[kind]?.states[state]?.title}
              </option>
            ))}
          </select>
        </label>
      ))}
      {isChosen && (
        <button type="button" onClick={() => choose({ from: null, to: null, path: null })}>
          Clear
        </button>
      )}
    </fieldset>
  );
}
