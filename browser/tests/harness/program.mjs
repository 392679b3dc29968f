import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The program: what INTERLOCK names, or else what a debug build made. */
export const PROGRAM =
  process.env.INTERLOCK ?? fileURLToPath(new URL("../../../target/debug/interlock", import.meta.url));

/** Starts `interlock console` or `serve` on a port that the system chooses; gives its address, and how to end it. */
export async function startProgram(command, words = []) {
  assert.ok(existsSync(PROGRAM), `there is no ${PROGRAM}; \`cargo build --bin interlock\` makes it`);
  const program = spawn(PROGRAM, ["--no-cache", command, "--listen", "127.0.0.1:0", ...words], {
    // The service's log is its standard error; nobody reads it here.
    stdio: ["ignore", "pipe", command === "serve" ? "ignore" : "inherit"],
  });
  const [line] = await once(createInterface(program.stdout), "line");
  const [, listening] = line.match(/^listening on (?:http:\/\/)?(\S+?)\/?$/) ?? [];
  assert.ok(listening, `the program says: ${line}`);
  return {
    address: `http://${listening}`,
    async close() {
      program.kill("SIGTERM");
      const [code] = await once(program, "exit");
      assert.equal(code, 0, "the program did not end well");
    },
  };
}
