// A served policy is followed: by its ETag, under calls, past what is no policy.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { PolicyError, loadPolicy, watchPolicy } from "interlock-policy";
import { door, guest, honestBut } from "./support/guests.mjs";

const honest = await guest("honest.wat");
const renamed = await honestBut((text) => text.replace('"1.0.0"', '"1.0.1"'));
const third = await honestBut((text) => text.replace('"1.0.0"', '"1.0.2"'));
const good = door("open", "remove", { acknowledged: "true" });

const digest = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** A server of one policy, which can be changed. */
async function serve(t, bytes) {
  const served = { bytes, etag: `"${digest(bytes)}"`, status: 200, requests: [], statuses: [] };
  const server = createServer((request, response) => {
    served.requests.push(request.headers["if-none-match"]);
    if (served.handle) return served.handle(request, response);
    const status = served.etag !== null && request.headers["if-none-match"] === served.etag ? 304 : served.status;
    served.statuses.push(status);
    const headers = { "content-type": "application/wasm", ...(served.etag === null ? {} : { etag: served.etag }) };
    response.writeHead(status, headers).end(status === 200 ? served.bytes : undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  served.url = `http://127.0.0.1:${server.address().port}/policy.wasm`;
  served.change = (next) => Object.assign(served, { bytes: next, etag: `"${digest(next)}"` });
  return served;
}

async function follow(t, served, options = {}) {
  const changes = [];
  const errors = [];
  const watch = await watchPolicy(served.url, {
    interval: 60_000,
    onChange: (policy, old) => changes.push([old.manifest.version, policy.manifest.version]),
    onError: (error) => errors.push(error),
    ...options,
  });
  t.after(() => watch.close());
  return { watch, changes, errors };
}

test("what did not change is not sent again, and a new version takes its place", async (t) => {
  const served = await serve(t, honest);
  const { watch, changes } = await follow(t, served);
  assert.equal(watch.policy.digest, digest(honest));
  const { policy } = watch;
  assert.equal(await watch.look(), false);
  assert.equal(watch.policy, policy);
  served.change(renamed);
  assert.equal(await watch.look(), true);
  assert.equal(await watch.look(), false);
  assert.deepEqual(served.statuses, [200, 304, 200, 304]);
  assert.deepEqual(served.requests, [undefined, `"${digest(honest)}"`, `"${digest(honest)}"`, `"${digest(renamed)}"`]);
  assert.deepEqual(changes, [["1.0.0", "1.0.1"]]);
  assert.equal(watch.policy.manifest.version, "1.0.1");
});

test("looks come by themselves", async (t) => {
  const served = await serve(t, honest);
  let changed;
  const seen = new Promise((resolve) => (changed = resolve));
  await follow(t, served, { interval: 20, onChange: (policy) => changed(policy.digest) });
  served.change(renamed);
  // The watch's own timer holds no process.
  const hold = setInterval(() => undefined, 1000);
  assert.equal(await seen, digest(renamed));
  clearInterval(hold);
});

test("under calls each is answered, by the version that was asked, and the old one is closed", async (t) => {
  const served = await serve(t, honest);
  const { watch } = await follow(t, served);
  const versions = [renamed, third, honest];
  let asked = 0;
  const callers = Array.from({ length: 4 }, async () => {
    while (versions.length > 0) {
      const { policy } = watch;
      const [decision, more] = await Promise.all([policy.evaluate(good), policy.evaluate(good)]);
      assert.deepEqual([decision.verdict, more.verdict], ["allow", "allow"]);
      asked += 2;
    }
  });
  const old = watch.policy;
  while (versions.length > 0) {
    served.change(versions[0]);
    await watch.look();
    versions.shift();
  }
  await Promise.all(callers);
  assert.ok(asked > 10);
  await assert.rejects(old.evaluate(good), { code: "closed" });
});

test("the old version answers what it was asked before the swap", async (t) => {
  const served = await serve(t, await guest("contained/evaluate-loops.wat"));
  const { watch } = await follow(t, served, { deadline: 600 });
  const calls = [watch.policy.evaluate(door("open", "remove", { id: "evil" })), watch.policy.evaluate(good)];
  served.change(renamed);
  await watch.look();
  assert.equal((await watch.policy.evaluate(good)).verdict, "allow");
  const settled = await Promise.allSettled(calls);
  assert.deepEqual(
    settled.map(({ reason, value }) => reason?.code ?? value.verdict),
    ["deadline", "allow"],
  );
});

test("a candidate that is no policy stays out, is reported once, and the present one answers", async (t) => {
  const served = await serve(t, honest);
  const { watch, changes } = await follow(t, served);
  for (const [bytes, code] of [
    [Buffer.from("<html>"), "not-a-component"],
    [await guest("refused/another-contract.wat"), "contract"],
    [await guest("refused/import.wat"), "imports"],
    [await guest("refused/traps-in-start.wat"), "trap"],
    [await guest("refused/inconsistent-manifest.wat"), "breach"],
  ]) {
    served.change(bytes);
    await assert.rejects(watch.look(), { name: "PolicyError", code });
    assert.equal(await watch.look(), false);
    assert.equal((await watch.policy.evaluate(good)).verdict, "allow");
  }
  assert.deepEqual(changes, []);
  served.change(renamed);
  assert.equal(await watch.look(), true);
});

test("a candidate that loops is ended, and tried again", async (t) => {
  const served = await serve(t, honest);
  const { watch } = await follow(t, served, { deadline: 600 });
  served.change(await guest("refused/loops-in-start.wat"));
  await assert.rejects(watch.look(), { code: "deadline" });
  await assert.rejects(watch.look(), { code: "deadline" });
  assert.equal((await watch.policy.evaluate(good)).verdict, "allow");
});

test("bytes that are not those of the announced digest are not run", async (t) => {
  const served = await serve(t, honest);
  const { watch } = await follow(t, served);
  served.bytes = renamed;
  served.etag = `"${digest(third)}"`;
  await assert.rejects(watch.look(), (error) => error instanceof PolicyError && error.code === "digest");
  served.bytes = third;
  assert.equal(await watch.look(), true);
  assert.equal(watch.policy.manifest.version, "1.0.2");
});

test("without an ETag, or with one that is no digest, the bytes tell", async (t) => {
  const served = await serve(t, honest);
  for (const etag of [null, '"v1"', 'W/"v1"']) {
    served.bytes = honest;
    served.etag = etag;
    const { watch } = await follow(t, served);
    assert.equal(await watch.look(), false);
    served.bytes = renamed;
    served.etag = etag && etag.replace("1", "2");
    assert.equal(await watch.look(), true);
  }
});

test("a server that fails keeps the present version, and is told of", async (t) => {
  const served = await serve(t, honest);
  const { watch } = await follow(t, served);
  served.etag = '"another"';
  served.status = 503;
  await assert.rejects(watch.look(), { code: "unreachable", message: /answers 503/ });
  served.handle = (_, response) =>
    response.writeHead(200, { "content-length": "1000000" }).write("\0asm", () => response.destroy());
  await assert.rejects(watch.look(), { code: "unreachable", message: /broke off|cannot be reached/ });
  served.handle = (_, response) => response.writeHead(200).end(Buffer.alloc(5 * 2 ** 20));
  await assert.rejects(watch.look(), { code: "too-large" });
  served.handle = undefined;
  served.status = 200;
  assert.equal(await watch.look(), false);
  assert.equal((await watch.policy.evaluate(good)).verdict, "allow");
});

test("each look that did not fail is told of, with why the served version is refused while it is", async (t) => {
  const served = await serve(t, honest);
  const told = [];
  const { watch } = await follow(t, served, { onLook: (refused) => told.push(refused?.code) });
  assert.deepEqual(told.splice(0), [undefined]);
  await watch.look();
  assert.deepEqual(told.splice(0), [undefined]);
  const importing = await guest("refused/import.wat");
  served.change(importing);
  await assert.rejects(watch.look(), { code: "imports" });
  assert.deepEqual(told, []);
  await watch.look();
  assert.deepEqual(told.splice(0), ["imports"]);
  Object.assign(served, { etag: '"another"', status: 503 });
  await assert.rejects(watch.look(), { code: "unreachable" });
  assert.deepEqual(told, []);
  // The same bytes under another ETag are not sent as 304.
  served.status = 200;
  await watch.look();
  assert.deepEqual(told.splice(0), ["imports"]);
  served.change(honest);
  await watch.look();
  served.change(renamed);
  await watch.look();
  assert.deepEqual(told.splice(0), [undefined, undefined]);
});

test("what onError and onChange throw does not end the following", async (t) => {
  const served = await serve(t, honest);
  const { watch } = await follow(t, served, {
    onChange: () => {
      throw new Error("of the page");
    },
  });
  served.change(renamed);
  await assert.rejects(watch.look(), { message: "of the page" });
  assert.equal(watch.policy.manifest.version, "1.0.1");
  served.change(third);
  await assert.rejects(watch.look(), { message: "of the page" });
  assert.equal(watch.policy.manifest.version, "1.0.2");
});

test("closing ends looks and policy; a signal does, with its reason", async (t) => {
  const served = await serve(t, honest);
  const { watch } = await follow(t, served);
  served.handle = () => undefined;
  const open = watch.look();
  watch.close();
  await assert.rejects(open, { code: "closed" });
  await assert.rejects(watch.look(), { code: "closed" });
  await assert.rejects(watch.policy.evaluate(good), { code: "closed" });
  served.handle = undefined;

  const controller = new AbortController();
  const { watch: other } = await follow(t, served, { signal: controller.signal });
  controller.abort(new Error("the page is gone"));
  await assert.rejects(other.look(), { message: "the page is gone" });
  await assert.rejects(watchPolicy(served.url, { signal: controller.signal }), { message: "the page is gone" });

  served.handle = () => undefined;
  await assert.rejects(watchPolicy(served.url, { signal: AbortSignal.timeout(100) }), { name: "TimeoutError" });
});

test("the first look has to succeed", async (t) => {
  const served = await serve(t, Buffer.from("no policy"));
  await assert.rejects(watchPolicy(served.url), { code: "not-a-component" });
  await assert.rejects(watchPolicy("http://127.0.0.1:9/"), { code: "unreachable", message: /cannot be reached/ });
  await assert.rejects(watchPolicy(served.url, { interval: 0 }), RangeError);
});

test("loadPolicy takes an address, a Response, and a promise of one", async (t) => {
  const served = await serve(t, honest);
  for (const source of [served.url, new URL(served.url), await fetch(served.url), fetch(served.url)]) {
    const policy = await loadPolicy(source);
    assert.equal(policy.digest, digest(honest));
    policy.close();
  }
  const read = await fetch(served.url);
  await read.arrayBuffer();
  await assert.rejects(loadPolicy(read), { code: "unreachable", message: /was read before/ });
  await assert.rejects(loadPolicy(fetch("http://127.0.0.1:9/")), {
    code: "unreachable",
    message: /the request for it failed/,
  });
  served.status = 404;
  await assert.rejects(loadPolicy(served.url), { code: "unreachable", message: /answers 404 Not Found$/ });
  served.handle = () => undefined;
  await assert.rejects(loadPolicy(served.url, { signal: AbortSignal.timeout(100) }), { name: "TimeoutError" });
});
