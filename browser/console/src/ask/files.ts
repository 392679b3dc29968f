import { parseJson } from "../json/parse.ts";

/**
 * The text of what was opened. Several files are a file of cases and its cast, in any order: they become one text. Throws
 * an error of one sentence.
 */
export async function readFiles(files: readonly File[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => file.text()));
  if (texts.length < 2) return texts[0] ?? "";
  const parts = texts.map((text, place) => {
    const value = parseNamed(files[place]?.name ?? "", text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new Error(`${files[place]?.name} must be an object`);
  });
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

function parseNamed(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
