import { type Manifest, readWorld, type World } from "interlock-policy";
import { parseJson } from "../json/parse.ts";

/**
 * A world out of a file's text. Throws an error of one sentence: what is wrong, where, what is allowed.
 */
export function parseWorld(text: string, manifest: Manifest): World {
  return readWorld(parseJson(text), manifest);
}

/** A world as a file, as `interlock` reads it: a line for each subject and each resource. */
export function writeWorld({ title, mode, subjects = [], resources = [] }: World): string {
  const lines = (list: readonly unknown[]) =>
    list.length === 0 ? "[]" : `[\n${list.map((one) => `    ${JSON.stringify(one)}`).join(",\n")}\n  ]`;
  const fields = [
    ...(title ? [`"title": ${JSON.stringify(title)}`] : []),
    `"mode": ${JSON.stringify(mode)}`,
    `"subjects": ${lines(subjects)}`,
    `"resources": ${lines(resources)}`,
  ];
  return `{\n  ${fields.join(",\n  ")}\n}\n`;
}
