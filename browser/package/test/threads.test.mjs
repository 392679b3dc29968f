// Calls to a policy in a thread: order, deadlines, what cannot be asked, giving up, and the end of the process.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { PolicyError, RequestError, loadPolicy } from "interlock-policy";
import { door, guest } from "./support/guests.mjs";
import { policyBytes } from "./support/policies.mjs";

const good = (id) => door("open", "remove", { id, acknowledged: "true" });
const evil = door("open", "remove", { id: "evil" });

test("what was asked behind a loop is answered, in order, and only the loop fails", async () => {
  const policy = await loadPolicy(await guest("contained/evaluate-loops.wat"), { deadline: 500 });
  const order = [];
  const note = (name) => (result) => (order.push(name), result);
  const calls = [good("a"), evil, good("b"), evil, good("c")].map((request, place) =>
    policy.evaluate(request).then(note(place), note(place)),
  );
  const results = await Promise.all(calls);
  const seen = results.map((result) => (result instanceof PolicyError ? result.code : result.verdict));
  assert.deepEqual(seen, ["allow", "deadline", "allow", "deadline", "allow"]);
  assert.deepEqual(order, [0, 1, 2, 3, 4]);
  policy.close();
});

test("a page that is busy beyond the deadline still gets the answer that waits for it", async () => {
  const policy = await loadPolicy(await policyBytes("turnstile"), { deadline: 500 });
  const answer = policy.decideAll([{ mode: 0, kind: 0, state: 0, action: 0, holds: 0, known: 0 }]);
  for (const start = performance.now(); performance.now() - start < 1000;);
  assert.equal((await answer).length, 1);
  policy.close();
});

test("a question that cannot be passed on is the caller's mistake, and holds up nothing", async () => {
  const policy = await loadPolicy(await policyBytes("turnstile"), { deadline: 500 });
  await assert.rejects(policy.evaluate({ mode: () => "normal" }), (error) => {
    assert.ok(error instanceof RequestError, String(error));
    assert.match(error.message, /cannot be passed to the policy's thread/);
    return true;
  });
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.deepEqual(await policy.decideAll([]), []);
  policy.close();
});

test("a closed policy refuses, and so does what was not answered", async () => {
  const policy = await loadPolicy(await policyBytes("turnstile"));
  const open = policy.decideAll([]);
  policy.close();
  await assert.rejects(open, { name: "PolicyError", code: "closed" });
  await assert.rejects(policy.decideAll([]), { name: "PolicyError", code: "closed" });
  policy.close();
});

test("one that is closed afterwards answers what it was asked, and nothing more", async () => {
  const policy = await loadPolicy(await guest("contained/evaluate-loops.wat"), { deadline: 500 });
  const calls = [policy.evaluate(good("a")), policy.evaluate(evil), policy.evaluate(good("b"))];
  policy.close("afterwards");
  await assert.rejects(policy.evaluate(good("c")), { code: "closed" });
  const settled = await Promise.allSettled(calls);
  assert.deepEqual(
    settled.map(({ status, reason }) => reason?.code ?? status),
    ["fulfilled", "deadline", "fulfilled"],
  );
});

test("a signal gives up the loading, before and while", async () => {
  const bytes = await guest("refused/loops-in-start.wat");
  await assert.rejects(loadPolicy(bytes, { signal: AbortSignal.abort() }), { name: "AbortError" });
  const started = performance.now();
  await assert.rejects(loadPolicy(bytes, { signal: AbortSignal.timeout(300), deadline: 60_000 }), {
    name: "TimeoutError",
  });
  assert.ok(performance.now() - started < 5000);
});

test("what is asked is given as a copy: the caller's bytes stay its own", async () => {
  const bytes = new Uint8Array(await policyBytes("turnstile"));
  const policy = await loadPolicy(bytes.buffer);
  const { digest } = policy;
  bytes.fill(0);
  assert.equal((await policy.decideAll([])).length, 0);
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  await assert.rejects(loadPolicy(bytes), PolicyError);
  policy.close();
});

for (const [options, message] of [
  [{ deadline: 0 }, /deadline is 0; it must be from 1 to 2147483647 milliseconds/],
  [{ deadline: Infinity }, /deadline is Infinity/],
  [{ deadline: NaN }, /deadline is NaN/],
]) {
  test(`a deadline of ${options.deadline} is a RangeError`, async () => {
    await assert.rejects(loadPolicy(await policyBytes("turnstile"), options), { name: "RangeError", message });
  });
}

test("a source that is none is a TypeError", async () => {
  await assert.rejects(loadPolicy(42), { name: "TypeError", message: /an address, a Response, or bytes/ });
});

test("a waiting policy does not keep the process from ending, and one that owes an answer does", async () => {
  const script = `
    import { loadPolicy } from "interlock-policy";
    import { readFile } from "node:fs/promises";
    const policy = await loadPolicy(await readFile(process.argv[1]));
    policy.decideAll([]).then(() => console.log("answered"));
  `;
  const bytes = `${process.env.INTERLOCK_POLICIES ?? new URL("../../../target/policies", import.meta.url).pathname}/turnstile.wasm`;
  const run = promisify(execFile);
  const given = ["--input-type=module", "--eval", script, bytes];
  const { stdout } = await run(process.execPath, given, { cwd: new URL(".", import.meta.url), timeout: 20_000 });
  assert.equal(stdout, "answered\n");
});
