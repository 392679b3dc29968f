import type { Manifest } from "interlock-policy";
import { choose } from "../link/link.ts";
import { cellName } from "./focus.ts";
import type { Arc } from "./machine.ts";

/** The name of an action from a state, which opens its cell. */
export function ArcLink(props: { manifest: Manifest; kind: number; arc: Pick<Arc, "from" | "action"> }) {
  const { manifest, kind, arc } = props;
  return (
    <button type="button" class="link" onClick={() => choose({ cell: cellName(manifest, kind, arc), state: null })}>
      {manifest.actions[arc.action]?.title}
    </button>
  );
}
