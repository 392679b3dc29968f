// The program `interlock`, which the package's answers are compared with.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

/** The program: what INTERLOCK names, or else what a debug build made. */
export const PROGRAM = process.env.INTERLOCK ?? new URL("../../../../target/debug/interlock", import.meta.url).pathname;
if (!existsSync(PROGRAM)) throw new Error(`there is no ${PROGRAM}; \`cargo build --bin interlock\` makes it`);

const cache = mkdtempSync(join(tmpdir(), "interlock-"));
after(() => rmSync(cache, { recursive: true, force: true }));

/** What the program prints, line by line as JSON or as a whole; its exit code does not matter. */
export async function ask(words, { input = "", lines = false } = {}) {
  const output = await new Promise((resolve, reject) => {
    const env = { ...process.env, INTERLOCK_CACHE: cache };
    const child = execFile(PROGRAM, words, { env, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      stdout === "" ? reject(new Error(`${words.join(" ")}: ${stderr || error}`)) : resolve(stdout),
    );
    if (input !== "") child.stdin.end(input);
  });
  return lines
    ? output
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    : JSON.parse(output);
}
