import { type Manifest, readWorld, type World } from "interlock-policy";

/** Bytes of a world that this page reads at most. */
export const LARGEST_WORLD = 16 * 1024 * 1024;

/**
 * A world out of a file's text. Throws an error of one sentence: what is wrong, where, what is allowed.
 */
export function parseWorld(text: string, manifest: Manifest): World {
  if (text.length > LARGEST_WORLD) {
    const size = Math.ceil(text.length / 1024 / 1024);
    throw new Error(`the world has ${size} MB; this page reads up to ${LARGEST_WORLD / 1024 / 1024} MB`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`the text is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return readWorld(value, manifest);
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
