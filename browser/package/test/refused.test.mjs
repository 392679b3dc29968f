// What is no policy is refused with a PolicyError, and nothing else is ever thrown.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fork } from "node:child_process";
import { PolicyError, loadPolicy } from "interlock-policy";
import { guest, honestBut } from "./support/guests.mjs";
import { POLICIES, contractOf } from "./support/policies.mjs";

/** Guests of tests/hostile that the engine refuses, with what they are refused for here. */
const REFUSED = {
  "amplified-manifest": ["trap", /more than 16777216 bytes/],
  "another-contract": ["contract", /speaks version 0\.3\.0 of the contract; this package speaks 0\.1\.0/],
  "builtin-import": ["malformed", /lowers functions/],
  "core-import": ["malformed", /2 core modules/],
  "core-module": ["not-a-component", /it is a core module/],
  "eleven-conditions": ["breach", /11 conditions, and at most 10/],
  "giant-manifest": ["breach", /300 kinds, and at most 256/],
  "grows-in-start": ["deadline", /within 500 ms/],
  import: ["imports", /imports `example:clock\/now@1\.0\.0`/],
  "inconsistent-manifest": ["breach", /next state 7, and there are 2/],
  "invalid-code": ["malformed", /does not compile/],
  "large-memory": ["too-large", /2048 pages of memory/],
  "large-table": ["too-large", /1000000 elements/],
  "loops-in-describe": ["deadline", /within 500 ms/],
  "loops-in-start": ["deadline", /within 500 ms/],
  "manifest-beyond-memory": ["trap", /outside the bounds/],
  "many-tables": ["too-large", /5 tables/],
  "no-contract": ["contract", /exports no `interlock:policy\/decisions@0\.1\.0`/],
  "no-core-module": ["malformed", /0 core modules/],
  "no-functions": ["malformed", /exports no `cabi_realloc`/],
  "no-utf8-manifest": ["trap", /utf-8/],
  "one-module-twice": ["malformed", /exports no `cabi_realloc`/],
  "other-types": ["malformed", /exports no `memory`/],
  "overlong-manifest": ["trap", /Invalid typed array length/],
  "recurses-in-start": ["trap", /call stack/],
  "traps-in-describe": ["trap", /unreachable/],
  "traps-in-start": ["trap", /unreachable/],
  "two-core-modules": ["malformed", /2 core modules/],
  "two-memories": ["too-large", /2 memories/],
};

/** Guests that keep the contract in form and break its laws, or loop in what a page never asks: those are the server's to find. */
const OF_THE_LAWS = [
  "heeds-other-bits",
  "impure",
  "loops-in-decide-all",
  "loops-in-texts",
  "loses-answers",
  "no-such-state",
  "turns-around",
  "two-faced",
  "untruthful",
];

test("every hostile guest has a row", async () => {
  const files = await readdir(new URL("../../../tests/hostile/refused/", import.meta.url));
  const rows = [...Object.keys(REFUSED), ...OF_THE_LAWS].map((name) => `${name}.wat`);
  assert.deepEqual(files.sort(), rows.sort());
});

for (const [name, [code, message]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, async () => {
    const bytes = await guest(`refused/${name}.wat`);
    await assert.rejects(loadPolicy(bytes, { deadline: 500 }), (error) => {
      assert.ok(error instanceof PolicyError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  });
}

const PAGE = "<!doctype html><title>Sign in</title>";
const encode = (text) => new TextEncoder().encode(text);

for (const [what, bytes, code, message] of [
  ["nothing", new Uint8Array(), "not-a-component", /there are no bytes/],
  ["a page of HTML", encode(PAGE), "not-a-component", /page of HTML/],
  ["text", encode("garbage"), "not-a-component", /begins otherwise/],
  ["a preamble and nothing behind it", encode("\0asm\x0d\0\x01\0"), "contract", /exports no/],
  ["more bytes than are allowed", new Uint8Array(4 * 2 ** 20 + 1), "too-large", /4194305 bytes, and at most 4194304/],
  ["components inside one another without end", nested(20_000), "contract", /exports no/],
]) {
  for (const worker of [true, false]) {
    test(`refused ${worker ? "by a thread" : "in this thread"}: ${what}`, async () => {
      await assert.rejects(loadPolicy(bytes, { worker }), (error) => {
        assert.ok(error instanceof PolicyError, String(error));
        assert.equal(error.code, code);
        assert.match(error.message, message);
        return true;
      });
    });
  }
}

test("a policy of the contract with components inside one another without end is refused", async () => {
  const bytes = Buffer.concat([await readFile(`${POLICIES}/turnstile.wasm`), nested(20_000).subarray(8)]);
  await assert.rejects(loadPolicy(bytes), { name: "PolicyError", code: "malformed", message: /inside one another/ });
});

for (const [what, change, code] of [
  ["arrays outside its memory", (text) => `${text}\n(type $array (array (mut i64)))\n`, "too-large"],
]) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(loadPolicy(await honestBut(change)), { name: "PolicyError", code });
  });
}

test("a component cut short at every byte is refused, or is whole without what stood behind", async () => {
  const whole = await guest("honest.wat");
  const wanted = (await loadPolicy(whole, { worker: false })).manifest;
  let refused = 0;
  for (let length = 0; length < whole.length; length += 1) {
    try {
      assert.deepEqual((await loadPolicy(whole.subarray(0, length), { worker: false })).manifest, wanted);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      assert.ok(error instanceof PolicyError, `${length} bytes: ${error?.stack}`);
      refused += 1;
    }
  }
  assert.ok(refused > whole.length / 2, `${refused} of ${whole.length}`);
});

test("a component with every fourth byte changed is loaded, refused, or ended, and throws nothing but PolicyError", async () => {
  const counts = await tampered(await guest("honest.wat"), "each");
  assert.ok(counts.refused > 500 && counts.loaded > 500 && counts.ended < 200, JSON.stringify(counts));
});

test("so is the backup policy with some bytes changed", async () => {
  const counts = await tampered(await readFile(`${POLICIES}/backup.wasm`), "some");
  assert.equal(counts.refused + counts.loaded + counts.ended, 100, JSON.stringify(counts));
});

test("the contract that the package speaks is the one in wit", async () => {
  const version = await contractOf();
  const bytes = await guest("refused/no-contract.wat");
  await assert.rejects(loadPolicy(bytes), {
    message: new RegExp(`this package speaks ${version.replaceAll(".", "\\.")}$`),
  });
});

/** Milliseconds after which a changed component is taken to loop. */
const HANG = 250;
/** Milliseconds that a process has to start. */
const START = 10_000;

/**
 * Loads changed components in a process of its own, which is killed where one of them loops: Node may wait for ever for a
 * thread to end that compiles or runs WebAssembly.
 */
async function tampered(bytes, which) {
  const counts = { refused: 0, loaded: 0, ended: 0 };
  for (let from = 0; from !== undefined;) {
    from = await new Promise((resolve, reject) => {
      const child = fork(new URL("./support/tamper.mjs", import.meta.url), { serialization: "advanced" });
      let at = from;
      let timer;
      const kill = () => {
        counts.ended += 1;
        child.removeAllListeners();
        child.kill("SIGKILL");
        resolve(at + 1);
      };
      child.on("error", reject);
      child.on("exit", (code) => code !== 0 && reject(new Error(`change ${at}: the process ended with ${code}`)));
      child.on("message", ({ place, outcome, stack }) => {
        clearTimeout(timer);
        if (outcome === "done") resolve(undefined);
        else if (outcome === "wrong") reject(new Error(`change ${place}: ${stack}`));
        else {
          counts[outcome] += 1;
          at = place + 1;
          timer = setTimeout(kill, HANG);
        }
      });
      // Its start takes longer than any policy, and is no sign of a loop.
      timer = setTimeout(kill, HANG + START);
      child.send({ bytes, which, from });
    });
  }
  return counts;
}

/** A component with so many inside one another. */
function nested(depth) {
  let inner = encode("\0asm\x0d\0\x01\0");
  const heads = [];
  let length = inner.length;
  for (let level = 0; level < depth; level += 1) {
    const head = [4];
    for (let left = length; ; left = Math.floor(left / 128)) {
      head.push(left < 128 ? left : (left % 128) | 128);
      if (left < 128) break;
    }
    heads.push(Buffer.concat([encode("\0asm\x0d\0\x01\0"), Uint8Array.from(head)]));
    length += heads.at(-1).length;
  }
  return Buffer.concat([...heads.reverse(), inner]);
}
