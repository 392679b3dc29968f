import { ABSENT, type Manifest } from "interlock-policy";
import { words } from "../policies/names.ts";
import { actionTitle, stateTitle } from "../policies/titles.ts";
import type { Taken } from "../worlds/replay.ts";

/** A step, and what became of it, in a sentence. */
export function saidOf(manifest: Manifest, { step, before, after, decision, refused }: Taken): string {
  const { action, kind, id } = step;
  const what = `${action === null ? "Said" : actionTitle(manifest, action)}, ${words(kind)} ${id}`;
  if (refused !== undefined) return `${what}: not taken. ${refused}`;
  const state =
    after === ABSENT ? "is gone" : `${before === after ? "stays" : "becomes"} ${stateTitle(manifest, kind, after)}`;
  return [`${what}: ${state}.`, ...(decision?.effects.map(({ message }) => message) ?? [])].join(" ");
}
