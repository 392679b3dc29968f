import type { InputInfo, Manifest } from "interlock-policy";

/** Inputs that some conditions, by index, read; in the manifest's order. */
export function inputsOf(manifest: Manifest, conditions: readonly number[]): InputInfo[] {
  const paths = new Set(conditions.flatMap((condition) => manifest.conditions[condition]?.reads ?? []));
  return manifest.inputs.filter(({ path }) => paths.has(path));
}
