import type { Attributes } from "interlock-policy";
import { link } from "./link.ts";

/** What attributes and arguments are called in a link: `param.NAME` of actions, `attr.NAME` of the target. */
export type Prefix = "param." | "attr.";

/** The attributes that a link says under a prefix. Several values of a name are parted by commas. */
export function chosenAttributes(prefix: Prefix): Attributes {
  const found: [string, string | string[]][] = [];
  for (const [name, text] of link.value.choices) {
    if (name.startsWith(prefix)) found.push([name.slice(prefix.length), valuesOf(text)]);
  }
  return Object.fromEntries(found);
}

/** What takes back all that a link says under some prefixes, for `choose` and `linkTo`. */
export function without(...prefixes: readonly Prefix[]): Record<string, null> {
  const names = [...link.value.choices.keys()].filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return Object.fromEntries(names.map((name) => [name, null]));
}

/** Values as they are typed, parted by commas; one value is itself. */
export function valuesOf(text: string): string | string[] {
  const values = text.split(",").map((value) => value.trim());
  return values.length === 1 ? text.trim() : values.filter((value) => value !== "");
}

/** Values as they are typed. */
export function typedOf(values: string | readonly string[] | undefined): string {
  return [values ?? []].flat().join(", ");
}
