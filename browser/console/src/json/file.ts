import { LARGEST_TEXT } from "./parse.ts";

/** Bytes of a file that are read at most: a character has at most four. */
const LARGEST_FILE = 4 * LARGEST_TEXT;

/** The text of a file. Throws an error of one sentence where it is too large, no text, or cannot be read. */
export async function readText(file: File): Promise<string> {
  if (file.size > LARGEST_FILE) {
    const size = Math.ceil(file.size / 1024 / 1024);
    throw new Error(`the file has ${size} MB; this page reads up to ${LARGEST_FILE / 1024 / 1024} MB`);
  }
  let bytes: ArrayBuffer;
  try {
    bytes = await file.arrayBuffer();
  } catch (cause) {
    throw new Error("it cannot be read; it is a folder, or was moved or changed meanwhile", { cause });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Error("the file is no text in UTF-8", { cause });
  }
}
