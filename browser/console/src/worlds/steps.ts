import type { Attributes } from "interlock-policy";

/** Something that is done in a world: an action that is taken, or something that is said of a resource. */
export interface Step {
  /** Id of who does it; null: nobody, the platform reports it. */
  readonly subject: string | null;
  /** Name of the action; null: nothing happens, but `attributes` are from now on what is known. */
  readonly action: string | null;
  /** Kind of the target. */
  readonly kind: string;
  /** Id of the target. */
  readonly id: string;
  /** Of something yet to be made: what it will have. Where something is said: what changes, an empty text takes away. */
  readonly attributes: Attributes;
  /** Arguments of the action. */
  readonly parameters: Attributes;
}

/**
 * Steps as they stand in a link, such as `user-17.force-delete.backup.nightly-42.p-acknowledged.true`: who, action, kind,
 * id, then names (`p-` of parameters, `a-` of attributes) with values; steps are parted by `*`. Letters, digits and hyphens
 * stand for themselves, any other character is `_` and two hexadecimal digits for each byte of UTF-8: none of them is
 * changed when it is put into an address.
 */
export function writeSteps(steps: readonly Step[]): string | null {
  if (steps.length === 0) return null;
  const pairs = (mark: string, attributes: Attributes) =>
    Object.entries(attributes).flatMap(([name, values]) =>
      [values ?? []].flat().flatMap((value) => [`${mark}-${escape(name)}`, escape(value)]),
    );
  return steps
    .map(({ subject, action, kind, id, attributes, parameters }) =>
      [
        escape(subject ?? ""),
        escape(action ?? ""),
        escape(kind),
        escape(id),
        ...pairs("p", parameters),
        ...pairs("a", attributes),
      ].join("."),
    )
    .join("*");
}

/** How many of the steps of a link are taken, by its `at`; what is no whole number says nothing: all of them. */
export function countOf(at: string | null, all: number): number {
  return at !== null && /^\d+$/.test(at) ? Math.min(Number(at), all) : all;
}

/** The steps of a link. Throws an error of one sentence where they are damaged. */
export function readSteps(text: string | null): Step[] {
  if (text === null || text === "") return [];
  return text.split("*").map((step, place) => {
    const [subject, action, kind, id, ...pairs] = step.split(".");
    if (subject === undefined || action === undefined || !kind || !id || pairs.length % 2 !== 0) throw damaged(place);
    const attributes = new Map<string, string[]>();
    const parameters = new Map<string, string[]>();
    for (let pair = 0; pair < pairs.length; pair += 2) {
      const name = pairs[pair] ?? "";
      const into = name.startsWith("p-") ? parameters : name.startsWith("a-") ? attributes : undefined;
      if (!into) throw damaged(place);
      const key = unescape(name.slice(2), place);
      into.set(key, [...(into.get(key) ?? []), unescape(pairs[pair + 1] ?? "", place)]);
    }
    return {
      subject: unescape(subject, place) || null,
      action: unescape(action, place) || null,
      kind: unescape(kind, place),
      id: unescape(id, place),
      attributes: attributesOf(attributes),
      parameters: attributesOf(parameters),
    };
  });
}

function attributesOf(values: ReadonlyMap<string, string[]>): Attributes {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? "") : list]));
}

function escape(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/gu, (character) =>
    Array.from(new TextEncoder().encode(character), (byte) => `_${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

function unescape(text: string, place: number): string {
  try {
    return decodeURIComponent(text.replaceAll("_", "%"));
  } catch {
    throw damaged(place);
  }
}

function damaged(place: number): Error {
  return new Error(`step ${place + 1} of this link is damaged; ask for the link again`);
}
