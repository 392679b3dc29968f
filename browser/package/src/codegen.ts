import type { Manifest } from "./manifest.js";

/**
 * The names of a policy as a TypeScript type, for `loadPolicy<Names>`, so that a wrong name does not compile.
 *
 * - `digest`: of the policy, for the comment that says what the types were made of.
 * - `name`: of the type; default: the policy's own name.
 */
export function codegen(manifest: Manifest, digest: string, name: string = pascal(manifest.name)): string {
  const kinds = manifest.kinds.map((kind, index) => {
    const offered = new Set(manifest.offers.filter((offer) => offer.kind === index).map(({ action }) => action));
    const actions = manifest.actions.filter((_, action) => offered.has(action));
    const named = (wanted: string) => actions.filter((action) => action.class === wanted).map(({ name }) => name);
    return [
      `    /** ${comment(kind.title)} */`,
      `    ${key(kind.name)}: {`,
      `      state: ${union(kind.states.map(({ name }) => name))};`,
      `      operation: ${union(named("operation"))};`,
      `      event: ${union(named("event"))};`,
      `      attribute: ${union(attributes(manifest, kind.name))};`,
      "    };",
    ].join("\n");
  });
  const inputs = (prefix: string) =>
    manifest.inputs.filter(({ path }) => path.startsWith(prefix)).map(({ path }) => path.slice(prefix.length));
  const subject = inputs("subject.").filter((name) => name !== "id" && name !== "roles");
  return `/** Names of the policy ${comment(manifest.name)} ${comment(manifest.version)}, ${digest}. */
export interface ${name} {
  kind: keyof ${name}["kinds"];
  state: ${name}["kinds"][keyof ${name}["kinds"]]["state"];
  action: ${name}["kinds"][keyof ${name}["kinds"]]["operation" | "event"];
  mode: ${union(manifest.modes)};
  role: ${union(manifest.roles)};
  condition: ${union(manifest.conditions.map(({ code }) => code))};
  effect: ${union(manifest.effects.map(({ code }) => code))};
  subject: ${union(subject)};
  parameter: ${union(inputs("parameter."))};
  kinds: {
${kinds.join("\n")}
  };
}
`;
}

/**
 * Attributes of a kind that some condition reads: of resources that are acted on, where the kind's own conditions read
 * them, and of those that are related.
 */
function attributes(manifest: Manifest, kind: string): string[] {
  const index = manifest.kinds.findIndex(({ name }) => name === kind);
  const read = new Set<string>();
  for (const offer of manifest.offers.filter((one) => one.kind === index)) {
    for (const condition of offer.conditions) {
      for (const path of manifest.conditions[condition]?.reads ?? []) {
        if (path.startsWith("target.")) read.add(path.slice("target.".length));
      }
    }
  }
  for (const { path } of manifest.inputs) {
    const prefix = `related.${kind}.`;
    if (path.startsWith(prefix)) read.add(path.slice(prefix.length));
  }
  return [...read].filter((name) => name !== "id" && name !== "state").sort();
}

function union(names: readonly string[]): string {
  return names.length === 0 ? "never" : names.map((name) => JSON.stringify(name)).join(" | ");
}

function key(name: string): string {
  return JSON.stringify(name);
}

/** A policy's own words may not end the comment that they stand in. */
function comment(text: string): string {
  return text.replace(/\*\//g, "* /").replace(/\s+/g, " ");
}

/** A type's name: `backup-policy` is `BackupPolicy`. */
function pascal(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return /^[A-Za-z]/.test(joined) ? joined : `Policy${joined}`;
}
