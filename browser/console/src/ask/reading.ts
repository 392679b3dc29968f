import { say } from "../app/say.ts";
import { parseJson } from "../json/parse.ts";
import { isCase, type Question, readCases } from "./cases.ts";
import { type Draft, draftOf, readDraft } from "./draft.ts";

/** What a text says: a request, or one of several cases; or what is wrong with it, in one sentence. */
export type Reading =
  | { readonly status: "read"; readonly draft: Draft; readonly cases: Cases | null }
  | { readonly status: "wrong"; readonly why: string };

/** The cases of a text. */
export interface Cases {
  readonly questions: readonly Question[];
  /** Which one is asked. */
  readonly place: number;
  /** Whether the text says what is related in every case. */
  readonly hasSites: boolean;
}

/** Reads a text; `place` chooses among its cases, the first one where there is none such. */
export function readText(text: string, place: number): Reading {
  if (text.trim() === "")
    return { status: "wrong", why: "there is no request yet: write one, paste it, or open its file" };
  try {
    const value = parseJson(text);
    if (!isCase(value)) return { status: "read", draft: readDraft(value), cases: null };
    const questions = readCases(value);
    const chosen = questions[place] ? place : 0;
    const question = questions[chosen];
    if (!question) throw new Error("the text has no case");
    return {
      status: "read",
      draft: draftOf(question.request),
      cases: { questions, place: chosen, hasSites: !("cases" in value) || "sites" in value },
    };
  } catch (error) {
    return { status: "wrong", why: say(error) };
  }
}
