import { RequestError } from "./error.js";
import type { Manifest } from "./manifest.js";
import { type Given, ifAbsent, lowerList, lowerObservation, lowerSubject, object, text } from "./request.js";
import type { World } from "./world.js";

/**
 * A world out of parsed JSON, whatever it is: the form is that of the files that `interlock` reads, and mode, kinds and
 * states are names of the policy.
 *
 * Throws a {@link RequestError} that names the first thing that is wrong, and where: a field that is missing, of another
 * type or not known, a name that the policy does not have, a resource that is listed twice.
 */
export function readWorld(value: unknown, manifest: Manifest): World {
  const given = object("the world", value, ["title", "mode", "subjects", "resources"]);
  if (given["title"] !== undefined) text("title", given["title"]);
  const mode = text("mode", given["mode"]);
  if (!manifest.modes.includes(mode)) throw unknown("unknown-mode", "mode", mode, manifest.modes);
  lowerList("subjects", ifAbsent(given["subjects"], []), lowerSubject);
  readResources(given, manifest);
  return value as World;
}

function readResources(given: Given, manifest: Manifest): void {
  const states = new Map(manifest.kinds.map(({ name, states }) => [name, new Set(states.map((state) => state.name))]));
  const seen = new Set<string>();
  lowerList("resources", ifAbsent(given["resources"], []), (path, one) => {
    const { kind, id, state } = lowerObservation(path, one);
    const known = states.get(kind);
    if (!known) throw unknown("unknown-kind", `${path}.kind`, kind, [...states.keys()]);
    if (!known.has(state)) throw unknown("unknown-state", `${path}.state`, state, [...known]);
    const name = JSON.stringify([kind, id]);
    if (seen.has(name)) throw new RequestError("invalid", `${path} is ${kind} \`${id}\`, which the world lists twice`);
    seen.add(name);
  });
}

function unknown(
  code: "unknown-mode" | "unknown-kind" | "unknown-state",
  path: string,
  name: string,
  known: readonly string[],
): RequestError {
  return new RequestError(
    code,
    `${path} is \`${name}\`; it must be one of ${known.map((one) => `\`${one}\``).join(", ")}`,
  );
}
