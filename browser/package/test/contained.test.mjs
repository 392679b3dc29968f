// Hostile guests that are let in and turn when they are provoked: the call fails, and the next one is answered.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { PolicyError, loadPolicy } from "interlock-policy";
import { door, guest, honestBut } from "./support/guests.mjs";

const evil = (state, action) => (policy) => policy.evaluate(door(state, action, { id: "evil" }));
const provoking = (state, action) => ({ mode: 0, kind: 0, state, action, holds: 0, known: 0xeeee_0000 });
const [ABSENT, OPEN, INSTALL, REMOVE] = [0, 1, 0, 1];

const EVALUATE = evil("open", "remove");
const EVALUATE_ALLOWED = evil("absent", "install");
const EVALUATE_UNKNOWN = (policy) =>
  policy.evaluate({ ...door("absent", "install", { id: "evil" }), mode: "upside-down" });
const LONG_ID = (policy) => policy.evaluate(door("open", "remove", { id: "x".repeat(666) }));
const OBSERVE = (policy) => policy.observe(door("absent", "install", { id: "evil" }));
const SURVEY = (policy) => policy.survey({ mode: "normal", targets: [{ kind: "door", id: "evil", state: "open" }] });
const DECIDE_ALL = (policy) => policy.decideAll([provoking(OPEN, REMOVE)]);

/** Guests, how they are provoked, and how that ends. */
const CONTAINED = {
  "allows-nowhere": [EVALUATE_ALLOWED, "breach", /allow with next state null/],
  "amplified-list": [EVALUATE, "trap", /more than 16777216 bytes/],
  "answers-outside": [EVALUATE, "trap", /outside the bounds/],
  "decide-all-loops": [DECIDE_ALL, "deadline", /within 500 ms/],
  "decide-all-loses": [DECIDE_ALL, "breach", /0 answers to 1 questions/],
  "divides-by-zero": [EVALUATE, "trap", /divide by zero/],
  "evaluate-loops": [EVALUATE, "deadline", /within 500 ms/],
  "forges-effect": [EVALUATE_ALLOWED, "breach", /effect `evil`/],
  "forges-reason": [EVALUATE, "breach", /reason `evil`/],
  "forges-state": [EVALUATE_ALLOWED, "breach", /next state `door`/],
  grows: [EVALUATE, "deadline", /within 500 ms/],
  "grows-table": [EVALUATE, "deadline", /within 500 ms/],
  "knows-everything": [EVALUATE_UNKNOWN, "breach", /whose mode it does not have/],
  misaligned: [EVALUATE, "trap", /invalid variant discriminant/],
  "no-such-verdict": [EVALUATE, "trap", /Verdict/],
  "no-utf8": [EVALUATE, "trap", /utf-8/],
  "observes-another": [OBSERVE, "breach", /action 1 where 0 was asked about/],
  "observes-outside": [OBSERVE, "breach", /state 9 where 0 was asked about/],
  "overlong-list": [EVALUATE, "trap", /outside the bounds/],
  "post-return-loops": [EVALUATE, "deadline", /within 500 ms/],
  "reads-outside": [EVALUATE, "trap", /out of bounds/],
  "realloc-loops": [LONG_ID, "deadline", /within 500 ms/],
  "realloc-outside": [LONG_ID, "trap", /out of bounds/],
  recurses: [EVALUATE, "trap", /call stack/],
  "refuses-for-nothing": [EVALUATE, "breach", /depends with 0 reasons/],
  "survey-beyond-list": [SURVEY, "breach", /reasons beyond their list/],
  "survey-loops": [SURVEY, "deadline", /within 500 ms/],
  "survey-loses": [SURVEY, "breach", /every question in order/],
  "survey-points-outside": [SURVEY, "breach", /every question in order/],
  traps: [EVALUATE, "trap", /unreachable/],
};

/** Guests that turn in what a page never asks: `decide` one by one, and packed questions; or undetectably. */
const NEVER_ASKED = [
  "decide-beyond-effects",
  "decide-beyond-reasons",
  "decide-loops",
  "decide-nowhere",
  "decide-outside",
  "decide-reasons-on-allow",
  "decide-unoffered",
  "packed-amplified",
  "packed-forges-state",
  "packed-garbage",
  "packed-loops",
  "packed-survey-loses",
  "packed-survey-verdict",
  "turns-later",
];

test("every hostile guest has a row", async () => {
  const files = await readdir(new URL("../../../tests/hostile/contained/", import.meta.url));
  const rows = [...Object.keys(CONTAINED), ...NEVER_ASKED].map((name) => `${name}.wat`);
  assert.deepEqual(files.sort(), rows.sort());
});

for (const [name, [provoke, code, message]] of Object.entries(CONTAINED)) {
  test(`contained: ${name}`, async () => {
    const policy = await loadPolicy(await guest(`contained/${name}.wat`), { deadline: 500 });
    try {
      await answers(policy);
      await assert.rejects(
        async () => provoke(policy),
        (error) => {
          assert.ok(error instanceof PolicyError, String(error));
          assert.equal(error.code, code, error.message);
          assert.match(error.message, message);
          return true;
        },
      );
      await answers(policy);
    } finally {
      policy.close();
    }
  });
}

for (const name of NEVER_ASKED) {
  test(`answers what a page asks: ${name}`, async () => {
    const policy = await loadPolicy(await guest(`contained/${name}.wat`), { deadline: 500 });
    await answers(policy);
    policy.close();
  });
}

test("a trap in this thread leaves the policy answering, too", async () => {
  for (const name of ["traps", "recurses", "forges-state"]) {
    const policy = await loadPolicy(await guest(`contained/${name}.wat`), { worker: false });
    assert.throws(() => CONTAINED[name][0](policy), PolicyError);
    await answers(policy);
  }
});

test("memory never grows beyond 64 MiB, nor a table beyond 10,000 elements", async () => {
  const bytes = await honestBut((text) => `${text}\n(table $table (export "table") 1 funcref)\n`);
  const { instances, restore } = watchInstances();
  try {
    await loadPolicy(bytes, { worker: false });
  } finally {
    restore();
  }
  const { memory, table } = instances.at(-1).exports;
  const pages = () => memory.buffer.byteLength / 65_536;
  assert.throws(() => memory.grow(1025 - pages()), RangeError);
  memory.grow(1024 - pages());
  assert.throws(() => table.grow(10_001 - table.length), RangeError);
  table.grow(10_000 - table.length);
});

/** Remembers every instance that is made. */
function watchInstances() {
  const { Instance } = WebAssembly;
  const instances = [];
  WebAssembly.Instance = class extends Instance {
    constructor(...given) {
      super(...given);
      instances.push(this);
    }
  };
  return { instances, restore: () => (WebAssembly.Instance = Instance) };
}

/** Asks everything a page can ask, and has the answers of an honest door. */
async function answers(policy) {
  const decision = await policy.evaluate(door("open", "remove", { acknowledged: "true" }));
  assert.deepEqual([decision.verdict, decision.next_state], ["allow", "absent"]);
  const asked = { mode: 0, kind: 0, state: OPEN, action: REMOVE, holds: 1, known: 1 };
  assert.deepEqual(await policy.observe(door("open", "remove", { acknowledged: "true" })), asked);
  const [outcome] = await policy.decideAll([asked]);
  assert.deepEqual([outcome.verdict, outcome.next_state], ["allow", ABSENT]);
  const [{ verdict }] = await policy.decideAll([{ ...asked, state: ABSENT, action: INSTALL }]);
  assert.equal(verdict, "allow");
  const [target] = await policy.survey({ mode: "normal", targets: [{ kind: "door", id: "good", state: "open" }] });
  const causes = target.answers.map((answer) => [answer.action, answer.verdict, answer.cause]);
  assert.deepEqual(causes, [
    ["install", "deny", "not-from-state"],
    ["remove", "depends", "conditions"],
  ]);
}
