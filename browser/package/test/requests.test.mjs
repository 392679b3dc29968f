// Requests and decisions have the JSON form of the program, mistakes included.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PolicyError, RequestError, loadPolicy } from "interlock-policy";
import { POLICIES, policyBytes, readJson } from "./support/policies.mjs";
import { ask } from "./support/program.mjs";

const policy = await loadPolicy();
const target = { kind: "backup", id: "nightly", state: "success", attributes: { owner: "ann", location: "eu" } };
const request = { mode: "federated", subject: { id: "ann", roles: ["px-backup-app.user"] }, action: "delete", target };
const cluster = { kind: "cluster", id: "c", state: "active" };

/** The decision, or the mistake as the program prints it. */
function answer(asked) {
  try {
    return policy.evaluate(asked);
  } catch (error) {
    assert.ok(error instanceof RequestError, `${error?.stack}`);
    return { error: { code: error.code, message: error.message } };
  }
}

test("manifest and digest are those of the program", async () => {
  assert.deepEqual(policy.manifest, await ask(["export", "--format", "json"]));
  assert.equal(policy.digest, (await ask(["inspect", "--format", "json"])).digest);
  const turnstile = await loadPolicy(await policyBytes("turnstile"), { worker: false });
  const file = `${POLICIES}/turnstile.wasm`;
  assert.deepEqual(turnstile.manifest, await ask(["--policy", file, "export", "--format", "json"]));
});

test("every kind of decision has the program's form, byte for byte", async () => {
  const world = await readJson("examples/federated-site.json");
  const asked = [];
  for (const [index, resource] of world.resources.entries()) {
    const subject = world.subjects[index % world.subjects.length];
    for (const action of ["view", "edit", "delete", "force-delete", "share", "create", "suspended"]) {
      const others = world.resources.filter((other) => other !== resource).slice(0, 30);
      const coverage = index % 2 === 0 ? "complete" : "partial";
      asked.push({ mode: world.mode, subject, action, target: resource, related: others, coverage });
    }
  }
  const wanted = await program(asked);
  const verdicts = new Set();
  for (const [index, one] of asked.entries()) {
    const found = answer(one);
    verdicts.add(found.verdict);
    assert.equal(JSON.stringify(found), JSON.stringify(wanted[index]), JSON.stringify(one.target));
  }
  assert.deepEqual([...verdicts].sort(), ["allow", "deny", "depends"]);
});

test("the policy's own sentences of mistakes are the program's", async () => {
  const asked = [
    { ...request, mode: "quantum" },
    { ...request, action: "fly" },
    { ...request, target: { ...target, kind: "bucket" } },
    { ...request, target: { ...target, state: "ajar" } },
    { ...request, related: [target] },
    { ...request, related: [cluster, { ...cluster, state: "disconnected" }] },
    { ...request, target: { ...target, attributes: { retention: "soon" } } },
    { ...request, parameters: { acknowledged: "maybe" }, action: "force-delete" },
  ];
  const wanted = await program(asked);
  assert.deepEqual(asked.map(answer), wanted);
  assert.ok(wanted.filter(({ error }) => error).length >= 6, JSON.stringify(wanted));
});

/** What the form of a request does not allow, with what is said of it; the program refuses each as malformed. */
const MALFORMED = [
  [{}, /^mode is missing; it must be a string$/],
  [null, /^the request is null; it must be an object$/],
  [[request], /^the request is a list/],
  [{ ...request, action: 7 }, /^action is 7; it must be a string$/],
  [{ ...request, colour: "red" }, /^the request has a field `colour` that is not known; it takes `mode`,/],
  [{ ...request, coverage: "whole" }, /^coverage is `whole`; it must be `partial` or `complete`$/],
  [{ ...request, coverage: null }, /^coverage is null/],
  [{ ...request, related: null }, /^related is null; it must be a list$/],
  [{ ...request, related: {} }, /^related is an object; it must be a list$/],
  [{ ...request, related: [cluster, { kind: "cluster", id: "d" }] }, /^related\[1\]\.state is missing/],
  [{ ...request, parameters: null }, /^parameters is null/],
  [{ ...request, parameters: ["a"] }, /^parameters is a list/],
  [{ ...request, subject: "ann" }, /^subject is `ann`; it must be an object$/],
  [{ ...request, subject: { roles: [] } }, /^subject\.id is missing/],
  [{ ...request, subject: { id: "ann", roles: "admin" } }, /^subject\.roles is `admin`; it must be a list$/],
  [{ ...request, subject: { id: "ann", name: "Ann" } }, /^subject has a field `name`/],
  [{ ...request, target: { ...target, attributes: { owner: null } } }, /^target\.attributes\.owner is null/],
  [
    { ...request, target: { ...target, attributes: { owner: [1] } } },
    /^target\.attributes\.owner is 1; it must be a string, or/,
  ],
  [{ ...request, target: { ...target, attributes: { owner: { id: 1 } } } }, /^target\.attributes\.owner is an object/],
  [{ ...request, target: { ...target, id: "\ud800" } }, /^target\.id has half a character/],
];

test("what is no request is refused by the program as well, and said here in one sentence", async () => {
  for (const [asked, message] of MALFORMED) {
    const { error } = answer(asked);
    assert.equal(error?.code, "invalid", JSON.stringify(asked));
    assert.match(error.message, message);
  }
  const asked = MALFORMED.map(([one]) => one);
  const wanted = await program(asked);
  assert.deepEqual(
    wanted.map(({ error }) => error?.code),
    asked.map(() => "malformed"),
  );
});

test("what is left out is as the program has it", async () => {
  const asked = [
    { ...request, subject: null },
    { ...request, subject: undefined, action: "deleted" },
    { ...request, target: { ...target, attributes: { owner: [], note: undefined } } },
    { ...request, parameters: {}, related: [] },
    { ...request, target: { ...target, attributes: { constructor: "x", ["__proto__"]: "y" } } },
    { ...request, target: { ...target, id: "\ufeffmarked" } },
  ];
  const wanted = await program(asked);
  assert.deepEqual(asked.map(answer), wanted);
  assert.match(JSON.stringify(answer(asked.at(-1))), /\ufeffmarked/);
});

test("a survey answers as single requests do, target by target", async () => {
  const world = await readJson("examples/federated-site.json");
  const [targets, related] = [true, false].map((is) =>
    world.resources.filter(({ kind }) => (kind === "backup") === is),
  );
  const query = { mode: world.mode, subject: world.subjects[0], targets, related, coverage: "complete" };
  for (const actions of [undefined, ["delete", "view"]]) {
    const surveyed = policy.survey(actions ? { ...query, actions } : query);
    assert.equal(surveyed.length, targets.length);
    for (const [index, { kind, id, answers }] of surveyed.entries()) {
      assert.deepEqual([kind, id], [targets[index].kind, targets[index].id]);
      if (actions)
        assert.deepEqual(
          answers.map(({ action }) => action),
          actions,
        );
      for (const { action, verdict, cause, reasons } of answers) {
        const others = [...targets.filter((one) => one !== targets[index]), ...related];
        const { mode, subject, coverage } = query;
        const decision = policy.evaluate({ mode, subject, coverage, action, target: targets[index], related: others });
        assert.equal(verdict, decision.verdict);
        const codes = cause === "conditions" ? reasons : [cause];
        assert.deepEqual(codes.toSorted(), decision.reasons.map(({ code }) => code).toSorted());
      }
    }
  }
  assert.throws(() => policy.survey({ ...query, actions: ["fly"] }), { name: "RequestError", code: "unknown-action" });
});

test("situations are answered in parts as at once, and wrong ones are the caller's mistake", () => {
  const situation = { mode: 1, kind: 5, state: 1, action: 2, holds: 0, known: 0 };
  const many = Array.from({ length: 40_000 }, (_, index) => ({
    ...situation,
    holds: index & 1023,
    known: index & 1023,
  }));
  const outcomes = policy.decideAll(many);
  assert.equal(outcomes.length, many.length);
  for (const at of [0, 16_383, 16_384, 39_999]) assert.deepEqual(policy.decideAll([many[at]]), [outcomes[at]]);
  for (const [wrong, message] of [
    [{ ...situation, mode: 256 }, /situations\[0\]\.mode is 256; it must be a whole number from 0 to 255/],
    [{ ...situation, known: -1 }, /from 0 to 4294967295/],
    [{ ...situation, state: "open" }, /state is `open`/],
  ]) {
    assert.throws(() => policy.decideAll([wrong]), { name: "RequestError", message });
  }
});

test("a request beyond the policy's memory fails closed, and the next one is answered", () => {
  const huge = { ...request, target: { ...target, id: "x".repeat(70 * 2 ** 20) } };
  assert.throws(() => policy.evaluate(huge), PolicyError);
  assert.equal(policy.evaluate(request).verdict, "depends");
});

/** What the program answers, without the guess at what was meant that it adds for people. */
async function program(asked) {
  const input = asked.map((one) => `${JSON.stringify(one)}\n`).join("");
  const answers = await ask(["evaluate", "--lines", "-", "--format", "json"], { input, lines: true });
  for (const { error } of answers) if (error) error.message = error.message.replace(/; did you mean `[^`]*`\?$/, "");
  return answers;
}
