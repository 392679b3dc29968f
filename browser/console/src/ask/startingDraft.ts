import { ABSENT, type Manifest } from "interlock-policy";
import { chosen } from "../link/link.ts";
import { chosenKind, chosenMode } from "../policies/names.ts";
import { offersOf, statesOf } from "../matrix/grid.ts";
import { type Draft, newResource } from "./draft.ts";

/** A request to begin with: the cell that is open in the matrix, or the first one that the chosen kind has. */
export function startingDraft(manifest: Manifest): Draft {
  const mode = chosenMode(manifest);
  const wanted = chosenKind(manifest);
  const hasWanted = manifest.kinds[wanted]?.modes.includes(mode) ?? false;
  const kind = hasWanted
    ? wanted
    : Math.max(
        0,
        manifest.kinds.findIndex(({ modes }) => modes.includes(mode)),
      );
  const info = manifest.kinds[kind];
  const [stateName, actionName] = (chosen("cell") ?? "").split("/");
  const offers = offersOf(manifest, mode, kind);
  const offer = offers.find(({ action }) => manifest.actions[action]?.name === actionName) ?? offers[0];
  const states = statesOf(manifest, mode, kind);
  const from = states.find((state) => info?.states[state]?.name === stateName) ?? offer?.from_states.at(-1);
  const action = offer && manifest.actions[offer.action];
  const role = chosen("role");
  return {
    mode: manifest.modes[mode] ?? "",
    subject: action?.class === "event" ? null : { id: "someone", roles: role === null ? [] : [role], attributes: [] },
    action: action?.name ?? "",
    target: newResource(info?.name ?? "", `${info?.name ?? ""}-1`, info?.states[from ?? 0]?.name ?? ABSENT),
    related: [],
    parameters: [],
    coverage: "partial",
  };
}
