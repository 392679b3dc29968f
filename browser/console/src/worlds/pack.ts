import type { World } from "interlock-policy";
import { LARGEST_TEXT } from "../json/parse.ts";

/** Characters that a world, or another text, may take in a link. */
export const LONGEST_LINK = 24_000;

/** A world as it stands in a link: its JSON, packed. Null where it would be too long for one. */
export async function packWorld(world: World): Promise<string | null> {
  return packText(JSON.stringify(world));
}

/** A text as it stands in a link: deflated, in base64 for addresses. Null where it would be too long for one. */
export async function packText(text: string): Promise<string | null> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  if (bytes.length * (4 / 3) > LONGEST_LINK) return null;
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The text that stands in a link; `what` it is, for the error of one that is damaged. */
export async function unpackText(packed: string, what = "world"): Promise<string> {
  try {
    const base64 = packed.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return await readAtMost(stream, LARGEST_TEXT);
  } catch {
    throw new Error(`the ${what} in this link is damaged; ask for the link again, or give the ${what} as a file`);
  }
}

/** A few bytes may stand for very many: what is too much is not read. */
async function readAtMost(stream: ReadableStream<Uint8Array>, most: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const reader = stream.getReader();
  let text = "";
  for (let read = 0; ;) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    read += value.length;
    if (read > most) {
      await reader.cancel();
      throw new Error("too large");
    }
    text += decoder.decode(value, { stream: true });
  }
}
