import { effect, signal } from "@preact/signals";
import { say } from "../app/say.ts";
import { choose, chosen, link } from "../link/link.ts";
import { packText, unpackText } from "../worlds/pack.ts";

/** How a link says that what was written was too large for it. */
const TOO_LARGE = "too-large";

/**
 * What was written by hand, exactly as it was typed, whether it can be read or not. Null: nothing, so that the question is
 * one about a world. It stands in the link as `request`, packed.
 */
export const written = signal<string | null>(null);

/** Why the link and what is written are not the same; null where they are. */
export const apart = signal<string | null>(null);

let inLink: string | null = null;
let turn = 0;

/** Milliseconds of rest before what is written goes into the link: browsers refuse an address that changes too often. */
const REST = 200;

/** Writes by hand: a request, a case, or what is to become one. Of several cases, the first is asked. */
export function write(text: string): void {
  turn += 1;
  const own = turn;
  written.value = text;
  if (chosen("case") !== null) choose({ case: null });
  setTimeout(async () => {
    if (own !== turn) return;
    const packed = await packText(text);
    if (own !== turn) return;
    inLink = packed ?? TOO_LARGE;
    apart.value = packed === null ? "What is written is too large for a link: it goes when this page is closed." : null;
    choose({ request: inLink });
  }, REST);
}

/** Forgets what was written, for a question about a world. */
export function unwrite(choices: Readonly<Record<string, string | null>>): void {
  turn += 1;
  inLink = null;
  written.value = null;
  apart.value = null;
  choose({ ...choices, request: null, case: null });
}

effect(() => {
  if (link.value.view !== "ask") return;
  const packed = chosen("request");
  if (packed === inLink) return;
  inLink = packed;
  turn += 1;
  const own = turn;
  if (packed === null || packed === TOO_LARGE) {
    written.value = packed === null ? null : "";
    apart.value = packed === null ? null : "What was written was too large for this link; paste it, or open its file.";
    return;
  }
  unpackText(packed, "request").then(
    (text) => {
      if (own !== turn) return;
      written.value = text;
      apart.value = null;
    },
    (error: unknown) => {
      if (own !== turn) return;
      written.value = "";
      apart.value = say(error);
    },
  );
});
