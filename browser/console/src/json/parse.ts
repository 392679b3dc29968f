import { type ParseErrorCode, printParseErrorCode, visit } from "jsonc-parser";
import { say } from "../app/say.ts";

/** Characters of a text that are read at most. */
export const LARGEST_TEXT = 16 * 1024 * 1024;

/** What was expected where a text stops being JSON. */
const EXPECTED: Partial<Record<ReturnType<typeof printParseErrorCode>, string>> = {
  InvalidSymbol: "this is no value and no name; names and texts stand between double quotes",
  InvalidNumberFormat: "this is no number",
  PropertyNameExpected: "a name between double quotes is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a closing brace `}` is expected",
  CloseBracketExpected: "a closing bracket `]` is expected",
  EndOfFileExpected: "nothing more is expected",
  InvalidCommentToken: "JSON has no comments",
  UnexpectedEndOfComment: "JSON has no comments",
  UnexpectedEndOfString: "the text lacks its closing double quote",
  UnexpectedEndOfNumber: "the number is not complete",
  InvalidUnicode: "`\\u` takes four hexadecimal digits",
  InvalidEscapeCharacter: "the text has a backslash before what takes none",
  InvalidCharacter:
    "the text has a line break or another control character, which is to be written as `\\n` or `\\u0000`",
};

/** Parses JSON. Throws an error of one sentence with line and column, also for a name that stands twice. */
export function parseJson(text: string): unknown {
  if (text.length > LARGEST_TEXT) {
    const size = (text.length / 1024 / 1024).toFixed(1);
    throw new Error(`the text has ${size} MB; this page reads up to ${LARGEST_TEXT / 1024 / 1024} MB`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw firstMistake(text) ?? new Error(`the text is no JSON: ${say(error)}`);
  }
  const mistake = firstMistake(text);
  if (mistake) throw mistake;
  return value;
}

/** The first place where a text is no JSON, or says twice what can be said once. */
function firstMistake(text: string): Error | undefined {
  let found: Error | undefined;
  const note = (line: number, character: number, what: string) =>
    (found ??= new Error(`line ${line + 1}, column ${character + 1}: ${what}`));
  const names: Set<string>[] = [];
  try {
    visit(
      text,
      {
        onError: (code: ParseErrorCode, _offset, _length, line, character) =>
          note(line, character, EXPECTED[printParseErrorCode(code)] ?? "this is no JSON"),
        onObjectBegin: () => void names.push(new Set()),
        onObjectEnd: () => void names.pop(),
        onObjectProperty: (name, _offset, _length, line, character) => {
          const own = names.at(-1);
          if (own?.has(name)) note(line, character, `\`${name}\` stands twice in one object`);
          own?.add(name);
        },
      },
      { disallowComments: true },
    );
  } catch {
    // The reader calls itself once for each level.
    return new Error("the text is nested too deeply; requests and worlds have at most six levels");
  }
  return found;
}

/** Whether a parsed value is an object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
