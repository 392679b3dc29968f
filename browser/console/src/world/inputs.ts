import type { InputInfo, Manifest } from "interlock-policy";
import { offersOf } from "../matrix/grid.ts";
import { inputsOf } from "../policies/inputs.ts";

/** Arguments that the conditions of an action on a kind read in a mode, by index; in the manifest's order. */
export function argumentsOf(manifest: Manifest, mode: number, kind: number, action: number): InputInfo[] {
  const offers = offersOf(manifest, mode, kind).filter((offer) => offer.action === action);
  return readOf(
    manifest,
    offers.flatMap(({ conditions }) => conditions),
    "parameter.",
  );
}

/**
 * Attributes of a kind that its conditions read in a mode, by index; in the manifest's order.
 *
 * - `state`: only what is read of something in this state, by index. Default: what is read in any.
 */
export function attributesOf(manifest: Manifest, mode: number, kind: number, state?: number): InputInfo[] {
  const offers = offersOf(manifest, mode, kind).filter(
    ({ from_states }) => state === undefined || from_states.includes(state),
  );
  return ownOf(
    manifest,
    offers.flatMap(({ conditions }) => conditions),
  );
}

/** Names of attributes of the target that some conditions, by code, read. */
export function readBy(manifest: Manifest, codes: readonly string[]): string[] {
  const conditions = manifest.conditions.flatMap(({ code }, place) => (codes.includes(code) ? [place] : []));
  return ownOf(manifest, conditions).map(nameOf);
}

/** Name of an attribute or argument, without whose it is. */
export function nameOf({ path }: InputInfo): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** The kind that an attribute of a kind leads to; undefined where it leads to none. */
export function linkOf(manifest: Manifest, kind: string, attribute: string): string | undefined {
  const input = manifest.inputs.find(
    ({ path, links_to }) =>
      links_to !== null && (path === `related.${kind}.${attribute}` || path === `target.${attribute}`),
  );
  return input?.links_to ?? undefined;
}

function ownOf(manifest: Manifest, conditions: readonly number[]): InputInfo[] {
  // An argument may be given as an attribute as well; it is asked for once, as an argument.
  const isArgument = (name: string) => manifest.inputs.some(({ path }) => path === `parameter.${name}`);
  const read = readOf(manifest, conditions, "target.");
  return read.filter((input) => nameOf(input) !== "id" && !isArgument(nameOf(input)));
}

function readOf(manifest: Manifest, conditions: readonly number[], whose: string): InputInfo[] {
  return inputsOf(manifest, conditions).filter(({ path }) => path.startsWith(whose));
}
