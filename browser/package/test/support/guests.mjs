// Guests from text, as tests/all/engine_guests.rs makes them: the hostile ones, and the honest one that they differ from.
import { readFile } from "node:fs/promises";
import { componentEmbed, componentNew, parse } from "@bytecodealliance/jco";

const hostile = new URL("../../../../tests/hostile/", import.meta.url);
const witPath = new URL("../../../../wit/policy.wit", import.meta.url).pathname;

/**
 * A guest of `tests/hostile` as bytes.
 *
 * A file that starts with `(component` or `(module` is what it says. Any other holds the fields of a core module that
 * differ from those of `honest.wat`; the module is made a component of the contract.
 */
export async function guest(file) {
  const fields = split(await readFile(new URL(file, hostile), "utf8"));
  if (fields.length === 1 && /^\((component|module)\b/.test(fields[0])) return parse(fields[0]);
  const honest = split(await readFile(new URL("honest.wat", hostile), "utf8"));
  return componentize(await parse(moduleOf([...honest, ...fields])));
}

/** The honest guest, whose text has been changed. */
export async function honestBut(change) {
  return componentize(await parse(moduleOf(split(change(await readFile(new URL("honest.wat", hostile), "utf8"))))));
}

/** What the honest guest answers: `install` is allowed from `absent`; `remove` is from `open`, once it is acknowledged. */
export function door(state, action, { id = "d1", acknowledged } = {}) {
  const parameters = acknowledged === undefined ? {} : { acknowledged };
  return { mode: "normal", action, target: { kind: "door", id, state }, parameters, coverage: "complete" };
}

async function componentize(binary) {
  return componentNew(await componentEmbed({ binary, witPath, stringEncoding: "utf8" }));
}

/** A core module of these fields, where of two with the same kind and name the later one counts. */
function moduleOf(fields) {
  const last = new Map(fields.map((field, place) => [field.split(/\s+/, 2).join(" "), place]));
  const kept = [...last.values()].sort((one, other) => one - other);
  return `(module\n${kept.map((place) => fields[place]).join("\n")}\n)`;
}

/** The parenthesised fields of a text, without its comments. */
function split(text) {
  const fields = [];
  let depth = 0;
  let quoted = false;
  for (const line of text.split("\n").map((one) => one.split(";;")[0])) {
    for (const character of `${line}\n`) {
      if (character === "(" && !quoted) {
        if (depth === 0) fields.push("");
        depth += 1;
      }
      if (character === '"') quoted = !quoted;
      if (depth > 0) fields[fields.length - 1] += character;
      if (character === ")" && !quoted) depth -= 1;
    }
  }
  return fields;
}
