import type { Manifest } from "interlock-policy";
import { chosen } from "../link/link.ts";
import { type Arc, arcId, type Machine } from "./machine.ts";
import type { Paths } from "./paths.ts";

/** What stands out in the chart. */
export interface Focus {
  /** The state that is chosen, by index. */
  readonly state: number | undefined;
  /** Arcs of the cell that is chosen. */
  readonly cell: ReadonlySet<string>;
  /** Arcs that touch what is chosen. */
  readonly near: ReadonlySet<string>;
  /** Arcs on the path. */
  readonly path: ReadonlySet<string>;
  /** Whether anything stands out, so that the rest may stand back. */
  readonly isAny: boolean;
}

/** Index of a state of a kind by its name; undefined where the kind has none. */
export function stateNamed(manifest: Manifest, kind: number, name: string | null): number | undefined {
  const found = manifest.kinds[kind]?.states.findIndex((state) => state.name === name) ?? -1;
  return found < 0 ? undefined : found;
}

/** Name of a cell, as it stands in links. */
export function cellName(manifest: Manifest, kind: number, { from, action }: Pick<Arc, "from" | "action">): string {
  return `${manifest.kinds[kind]?.states[from]?.name}/${manifest.actions[action]?.name}`;
}

/**
 * What the link says stands out: a cell, with where it leads; or a state, with what enters and leaves it; and the path.
 *
 * - `paths`: between the two states that are chosen.
 */
export function focusOf(manifest: Manifest, kind: number, machine: Machine, paths: Paths | undefined): Focus {
  const name = chosen("cell");
  const inCell = machine.arcs.filter((arc) => name !== null && cellName(manifest, kind, arc) === name);
  const state = name === null ? stateNamed(manifest, kind, chosen("state")) : undefined;
  const near = state === undefined ? inCell : machine.arcs.filter(({ from, to }) => from === state || to === state);
  const only = Number(chosen("path") ?? 0);
  const told = paths?.paths.filter((_, place) => only < 1 || only > paths.paths.length || place === only - 1) ?? [];
  const steps = told.flat();
  return {
    state,
    cell: new Set(inCell.map(arcId)),
    near: new Set(near.map(arcId)),
    path: new Set(steps.map(arcId)),
    isAny: near.length > 0 || state !== undefined || steps.length > 0,
  };
}
