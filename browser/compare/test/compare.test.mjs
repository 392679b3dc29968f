// What is found here is what `interlock diff` prints, and a policy that fails is no finding.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, * as suite from "node:test";
import { CORE, CompareError, compare } from "interlock-compare";
import { loadPolicy } from "interlock-policy";

const root = new URL("../../../", import.meta.url).pathname;
const program = process.env.INTERLOCK ?? join(root, "target/debug/interlock");
const policies = process.env.INTERLOCK_POLICIES ?? join(root, "target/policies");

const core = await WebAssembly.compile(await readFile(CORE));
const folder = await mkdtemp(join(tmpdir(), "interlock-compare-"));
suite.after(() => rm(folder, { recursive: true }));

/** The bytes of a shipped policy in which some are replaced by as many, once. */
async function changed(name, ...replaced) {
  const bytes = await readFile(join(policies, `${name}.wasm`));
  for (const [from, to] of replaced) {
    assert.equal(from.length, to.length);
    const place = bytes.indexOf(from);
    assert.ok(place >= 0, `${name} does not say ${from}`);
    bytes.write(to, place);
  }
  return new Uint8Array(bytes);
}

/** What the program prints of the same two. */
async function diff(old, next, format) {
  const files = [join(folder, "old.wasm"), join(folder, "new.wasm")];
  await writeFile(files[0], old);
  await writeFile(files[1], next);
  const given = ["--no-cache", "diff", ...files, "--format", format];
  const env = { ...process.env, NO_COLOR: "1" };
  return execFileSync(program, given, { encoding: "utf8", maxBuffer: 1 << 28, env });
}

/** A policy in this thread. */
function load(bytes) {
  return loadPolicy(bytes, { worker: false });
}

function digest(value) {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** Text in one line: where lines are broken means nothing. */
function flat(text) {
  return text.trim().split(/\s+/).join(" ");
}

for (const [what, before, after, ...replaced] of [
  ["a policy and itself", "turnstile", "turnstile"],
  ["another condition", "turnstile", "turnstile", ["not-jammed", "not-jarred"]],
  ["another state", "turnstile", "turnstile", ["unlocked", "unbarred"]],
  ["another effect", "turnstile", "turnstile", ["coin-kept", "coin-lost"]],
  ["a condition that reads another attribute", "turnstile", "turnstile", ["jammedWhether", "jamnedWhether"]],
  [
    "another condition and another effect of the backup policy",
    "backup",
    "backup",
    ["worker-available", "worker-reachable"],
    ["data-left-behind", "data-left-inside"],
  ],
  ["another policy altogether", "backup", "turnstile"],
]) {
  test(`${what}: what the program finds, in its words`, async () => {
    const [old, next] = [await changed(before), await changed(after, ...replaced)];
    let asked = 0;
    const { comparison, review } = await compare(core, await load(old), await load(next), (now) => {
      assert.ok(now >= asked);
      asked = now;
    });
    assert.ok(asked > 0);
    const printed = JSON.parse(await diff(old, next, "json"));
    // Of a difference the first one is shown; the digests say that there is none, not even in an order.
    assert.deepEqual(comparison, printed);
    assert.equal(digest(comparison), digest(printed));
    const differs = comparison.cells.length + comparison.sampled.findings.length > 0;
    assert.equal(differs, before !== after || replaced.length > 0);

    const text = flat(await diff(old, next, "text"));
    const sentences = [review.compared, review.sampled, ...review.classes.map(({ title }) => title)];
    for (const { action, kind, states, modes, changes } of review.groups) {
      sentences.push(`${action} ${kind} from ${states.join(", ")} in ${modes.join(", ")}`);
      for (const change of changes) sentences.push(`${change.class} ${change.what} ${change.where} ${change.size}`);
    }
    for (const { name, before, after, samples } of review.findings) {
      sentences.push(`${name} was ${before}, now ${after}, ${samples}:`);
    }
    for (const sentence of sentences) assert.ok(text.includes(flat(sentence)), `the program does not say: ${sentence}`);
  });
}

test("what keeps two policies from being compared is one sentence", async () => {
  const policy = await load(await changed("turnstile"));
  const such = (differing) => ({
    manifest: policy.manifest,
    decideAll: (situations) => policy.decideAll(situations),
    observe: (request) => policy.observe(request),
    evaluate: (request) => policy.evaluate(request),
    ...differing,
  });
  await assert.rejects(compare(core, such({ manifest: { name: "half" } }), policy), (error) => {
    assert.ok(error instanceof CompareError);
    assert.match(error.message, /^the manifest of the old policy cannot be read: missing field `version`/);
    return true;
  });
  const vast = structuredClone(policy.manifest);
  vast.offers[0].conditions = Array(30).fill(0);
  await assert.rejects(compare(core, policy, such({ manifest: vast })), (error) => {
    assert.ok(error instanceof CompareError);
    assert.match(error.message, /^the new policy: .* 1,?000,?000/);
    return true;
  });
  const few = such({ decideAll: (situations) => policy.decideAll(situations).slice(1) });
  await assert.rejects(compare(core, policy, few), (error) => {
    assert.ok(error instanceof CompareError);
    assert.match(error.message, /^the new policy: /);
    return true;
  });

  // What a policy throws when it fails comes through.
  const trap = new Error("it stopped");
  const failing = such({
    evaluate() {
      throw trap;
    },
  });
  await assert.rejects(compare(core, policy, failing), (error) => error === trap);

  const { comparison } = await compare(core, policy, policy);
  assert.deepEqual(comparison.cells, []);
});
