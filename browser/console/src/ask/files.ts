import { say } from "../app/say.ts";
import { readText } from "../json/file.ts";
import { isObject, parseJson } from "../json/parse.ts";

/**
 * The text of what was opened. Several files are a file of cases and its cast, in any order: they become one text. Throws
 * an error of one sentence.
 */
export async function readFiles(files: readonly File[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => readNamed(file.name, () => readText(file))));
  if (texts.length < 2) return texts[0] ?? "";
  const parts = await Promise.all(
    files.map(({ name }, place) =>
      readNamed(name, () => {
        const value = parseJson(texts[place] ?? "");
        if (isObject(value)) return value;
        throw new Error("it is no object");
      }),
    ),
  );
  const withCases = parts.filter((part) => "cases" in part);
  if (withCases.length !== 1) {
    throw new Error(
      `of several files one is a file of cases, and the others its cast; ${withCases.length} here have \`cases\``,
    );
  }
  const joined = (field: string) => Object.fromEntries(parts.flatMap((part) => Object.entries(part[field] ?? {})));
  const whole = {
    ...withCases[0],
    subjects: joined("subjects"),
    resources: joined("resources"),
    sites: joined("sites"),
  };
  return JSON.stringify(whole, null, 2);
}

/** Reads something of a file; an error names it. */
async function readNamed<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new Error(`${name}: ${say(error)}`, { cause: error });
  }
}
