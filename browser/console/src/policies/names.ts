import type { Manifest } from "interlock-policy";
import { chosen } from "../link/link.ts";

/** Index of the chosen mode, or of the first one. */
export function chosenMode(manifest: Manifest): number {
  return Math.max(0, manifest.modes.indexOf(chosen("mode") ?? ""));
}

/** Index of the chosen kind, or of the first one. */
export function chosenKind(manifest: Manifest): number {
  const wanted = chosen("kind");
  return Math.max(
    0,
    manifest.kinds.findIndex(({ name }) => name === wanted),
  );
}

/** Names as people read them: hyphens are spaces. */
export function words(name: string): string {
  return name.replace(/[-_]/g, " ");
}
