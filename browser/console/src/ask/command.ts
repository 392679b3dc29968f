import { ABSENT, type Manifest, type Request, type World } from "interlock-policy";
import { pathOf } from "../worlds/resources.ts";
import { writeRequest } from "./draft.ts";
import { attributesBelow, indexOf, inputsRead } from "./names.ts";
import { targetIn, type WorldQuestion } from "./worldQuestion.ts";

/** The command that asks a request of a policy in a file; null: of the one built in. */
export function commandOf(policyFile: string | null, request: Request): string {
  const words = ["interlock evaluate -", ...policyOption(policyFile), "<<'EOF'"];
  return `${words.join(" ")}\n${asText(request)}\nEOF`;
}

/**
 * The command that asks a question about a world in a file. Undefined where the program would not take it as it is: it
 * refuses names that the policy does not have, and what cannot be seen does not belong into a command.
 */
export function worldCommandOf(
  manifest: Manifest,
  policyFile: string | null,
  worldFile: string,
  world: World,
  question: WorldQuestion,
): string | undefined {
  if (!isTaken(manifest, world, question)) return undefined;
  const { as, action, kind, id, parameters, set } = question;
  const parts = [
    "interlock evaluate",
    ...policyOption(policyFile),
    option("--world", fileName(worldFile)),
    ...(as === null ? [] : [option("--as", as)]),
    option("--action", action),
    option("--target", pathOf({ kind, id })),
    ...parameters.flatMap(([name, values]) => values.map((value) => option("--param", `${name}=${value}`))),
    ...(targetIn(world, question) ? [] : set).flatMap(([name, values]) =>
      values.map((value) => option("--set", `${name}=${value}`)),
    ),
  ];
  return parts.join(" \\\n  ");
}

/** The command that starts a service of a policy in a file; null: of the one built in. */
export function serviceOf(policyFile: string | null): string {
  return ["interlock serve", ...policyOption(policyFile)].join(" ");
}

/** The call that asks a request of that service, which without a configuration has a name of its own for its policy. */
export function callOf(policyFile: string | null, request: Request): string {
  const name = policyFile === null ? "backup" : "default";
  const address = `http://127.0.0.1:8181/v1/policies/${name}/evaluate`;
  const headers = "-H 'content-type: application/json'";
  return `curl -s ${quote(address)} \\\n  ${headers} --data-binary @- <<'EOF'\n${asText(request)}\nEOF`;
}

/** A text as one word of a POSIX shell. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function policyOption(file: string | null): string[] {
  return file === null ? [] : [option("--policy", fileName(file))];
}

/** An option and its value: in one word where the value could be taken for an option. */
function option(name: string, value: string): string {
  return value.startsWith("-") ? `${name}=${quote(value)}` : `${name} ${quote(value)}`;
}

/** A file as an argument: the program takes `-` for standard input, and what begins with a brace for the text itself. */
function fileName(name: string): string {
  return /^[\s{-]/.test(name) ? `./${name}` : name;
}

/** Characters that are not seen, or that turn the order of what is seen: in a terminal they may do what nobody reads. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** No line of it ends a here-document: JSON has each line break inside a text as `\n`. */
function asText(request: Request): string {
  const escape = (character: string) =>
    Array.from({ length: character.length }, (_, place) => {
      return `\\u${character.charCodeAt(place).toString(16).padStart(4, "0")}`;
    }).join("");
  return writeRequest(request).replace(UNSEEN, (character) => (character === "\n" ? character : escape(character)));
}

function isTaken(manifest: Manifest, world: World, question: WorldQuestion): boolean {
  const { as, action, kind, id, parameters, set } = question;
  const texts = [as ?? "", action, kind, id, ...[...parameters, ...set].flatMap(([name, values]) => [name, ...values])];
  if (texts.some((text) => text.search(UNSEEN) >= 0) || id === "") return false;
  const target = targetIn(world, question);
  const isMade = manifest.offers.some(
    (offer) =>
      offer.kind === indexOf(manifest.kinds, kind) &&
      offer.action === indexOf(manifest.actions, action) &&
      offer.mode === manifest.modes.indexOf(world.mode) &&
      offer.from_states.some((state) => manifest.kinds[offer.kind]?.states[state]?.name === ABSENT),
  );
  const takes = (path: string, values: readonly string[]) => {
    const allowed = manifest.inputs.find((input) => input.path === path)?.values ?? [];
    return allowed.length === 0 || values.every((value) => allowed.includes(value));
  };
  const names = attributesOfKind(manifest, kind);
  const parameterNames = attributesBelow(manifest.inputs, "parameter").map(({ name }) => name);
  return (
    (target !== undefined ||
      (isMade && set.every(([name, values]) => names.has(name) && takes(`target.${name}`, values)))) &&
    parameters.every(([name, values]) => parameterNames.includes(name) && takes(`parameter.${name}`, values))
  );
}

/** Attributes that the policy reads of a kind, as target or as related. */
function attributesOfKind(manifest: Manifest, kindName: string): Set<string> {
  const kind = indexOf(manifest.kinds, kindName);
  const asTarget = manifest.offers
    .filter((offer) => offer.kind === kind)
    .flatMap((offer) => inputsRead(manifest, offer));
  return new Set(
    [...attributesBelow(asTarget, "target"), ...attributesBelow(manifest.inputs, `related.${kindName}`)].map(
      ({ name }) => name,
    ),
  );
}
