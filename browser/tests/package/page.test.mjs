// The package in a page with a strict Content-Security-Policy: embedded, in Workers, hostile, followed.
import assert from "node:assert/strict";
import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadPolicy } from "interlock-policy";
import { build } from "vite";
import { door, guest } from "../../package/test/support/guests.mjs";
import { POLICIES } from "../../package/test/support/policies.mjs";
import { startChromium } from "../harness/chromium.mjs";
import { serveFolders } from "../harness/server.mjs";

const CSP = {
  strict:
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src data:",
  withoutWorkers:
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'none'; img-src data:",
  withoutWasm: "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; img-src data:",
};
const REQUEST = {
  mode: "federated",
  subject: { id: "ann", roles: ["px-backup-app.user"] },
  action: "delete",
  target: { kind: "backup", id: "nightly", state: "in-progress", attributes: { owner: "bob" } },
};
const GOOD = door("open", "remove", { acknowledged: "true" });
const EVIL = door("open", "remove", { id: "evil" });

let folder;
let browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlock-page-"));
  const root = fileURLToPath(new URL("page", import.meta.url));
  const outDir = join(folder, "site");
  await build({ root, configFile: false, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  for (const name of ["backup", "turnstile"]) await copyFile(`${POLICIES}/${name}.wasm`, join(outDir, `${name}.wasm`));
  for (const name of [
    "contained/evaluate-loops",
    "contained/grows",
    "contained/amplified-list",
    "refused/amplified-manifest",
    "refused/loops-in-start",
  ]) {
    await writeFile(join(outDir, `${name.split("/")[1]}.wasm`), await guest(`${name}.wat`));
  }
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/**
 * A page with a Content-Security-Policy, at which nothing but what is wanted goes wrong.
 *
 * - `mounts`: what is served. Default: the page that Vite built.
 */
async function open(t, policy = CSP.strict, mounts = { "/": join(folder, "site") }) {
  const server = await serveFolders(mounts, { "content-security-policy": policy });
  const page = await browser.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  page.on("request", (request) => request.url().startsWith(server.address) || wrong.push(request.url()));
  t.after(async () => {
    await page.close();
    await server.close();
  });
  await page.goto(`${server.address}/`);
  await page.waitForFunction(() => globalThis.interlock !== undefined);
  return { page, wrong, server };
}

test("the embedded policy answers as it does in Node", async (t) => {
  const { page, wrong, server } = await open(t);
  const here = await loadPolicy();
  const asked = server.asked.length;
  const there = await page.evaluate(async (request) => {
    const policy = await globalThis.interlock.loadPolicy();
    return { digest: policy.digest, manifest: policy.manifest, decision: policy.evaluate(request) };
  }, REQUEST);
  assert.deepEqual(there, { digest: here.digest, manifest: here.manifest, decision: here.evaluate(REQUEST) });
  assert.deepEqual(
    server.asked.slice(asked).filter((path) => !/^\/assets\/(local|backup)-/.test(path)),
    [],
  );
  assert.deepEqual(wrong, []);
});

test("a policy by address answers in its Worker", async (t) => {
  const { page, wrong } = await open(t);
  const here = await loadPolicy();
  const there = await page.evaluate(async (request) => {
    const policy = await globalThis.interlock.loadPolicy("backup.wasm");
    const decisions = await Promise.all(Array.from({ length: 100 }, () => policy.evaluate(request)));
    policy.close();
    return decisions;
  }, REQUEST);
  assert.equal(there.length, 100);
  for (const decision of there) assert.deepEqual(decision, here.evaluate(REQUEST));
  assert.deepEqual(wrong, []);
});

test("a page without a bundler imports the package's files as they are", async (t) => {
  const { page, wrong } = await open(t, CSP.strict, {
    "/": fileURLToPath(new URL("plain", import.meta.url)),
    "/interlock-policy/": fileURLToPath(new URL("../../package/dist", import.meta.url)),
    "/policies/": POLICIES,
  });
  const told = await page.evaluate(async (request) => {
    const { loadPolicy } = globalThis.interlock;
    const [embedded, served] = await Promise.all([loadPolicy(), loadPolicy("/policies/backup.wasm")]);
    return [embedded.evaluate(request), await served.evaluate(request)];
  }, REQUEST);
  const decision = (await loadPolicy()).evaluate(REQUEST);
  assert.deepEqual(told, [decision, decision]);
  assert.deepEqual(wrong, []);
});

test("a Worker of the page's own asks both kinds", async (t) => {
  const { page, wrong } = await open(t);
  const given = await page.evaluate(
    (request) => globalThis.inWorker({ address: new URL("turnstile.wasm", location.href).href, request }),
    REQUEST,
  );
  assert.deepEqual(given, {
    name: "backup-resource-states",
    verdict: (await loadPolicy()).evaluate(REQUEST).verdict,
    served: "turnstile",
  });
  assert.deepEqual(wrong, []);
});

test("a loop is ended at the deadline while the page goes on, and the next call is answered", async (t) => {
  const { page } = await open(t);
  const told = await page.evaluate(
    async ([good, evil]) => {
      const policy = await globalThis.interlock.loadPolicy("evaluate-loops.wasm", { deadline: 300 });
      const started = performance.now();
      let frames = 0;
      const count = () => ((frames += 1), requestAnimationFrame(count));
      requestAnimationFrame(count);
      const [looped, behind] = await Promise.allSettled([policy.evaluate(evil), policy.evaluate(good)]);
      const took = performance.now() - started;
      return {
        code: looped.reason.code,
        behind: behind.value.verdict,
        again: (await policy.evaluate(good)).verdict,
        took,
        frames,
      };
    },
    [GOOD, EVIL],
  );
  assert.deepEqual([told.code, told.behind, told.again], ["deadline", "allow", "allow"]);
  assert.ok(told.took < 5000 && told.frames >= 3, JSON.stringify(told));
});

test("what takes all memory, or answers without end, leaves the page standing", async (t) => {
  const { page } = await open(t);
  const codes = await page.evaluate(
    async ([good, evil]) => {
      const codes = [];
      for (const name of ["grows", "amplified-list"]) {
        const policy = await globalThis.interlock.loadPolicy(`${name}.wasm`, { deadline: 1500 });
        codes.push(await policy.evaluate(evil).catch(({ code }) => code), (await policy.evaluate(good)).verdict);
        policy.close();
      }
      for (const name of ["amplified-manifest", "loops-in-start"]) {
        codes.push(await globalThis.interlock.loadPolicy(`${name}.wasm`, { deadline: 1500 }).catch(({ code }) => code));
      }
      return codes;
    },
    [GOOD, EVIL],
  );
  assert.deepEqual(codes, ["deadline", "allow", "trap", "allow", "trap", "deadline"]);
});

test("a served policy is followed", async (t) => {
  const { page, server } = await open(t);
  const followed = join(folder, "site/followed.wasm");
  const replace = async (name) => {
    await copyFile(`${POLICIES}/${name}.wasm`, `${followed}.new`);
    await rename(`${followed}.new`, followed);
  };
  await replace("turnstile");
  await page.evaluate(async () => {
    globalThis.changes = [];
    globalThis.watch = await globalThis.interlock.watchPolicy("followed.wasm", {
      interval: 50,
      onChange: (policy, old) => globalThis.changes.push([old.manifest.name, policy.manifest.name]),
      onError: ({ code }) => globalThis.changes.push(code),
    });
  });
  await writeFile(followed, "<html>");
  await page.waitForFunction(() => globalThis.changes.length > 0);
  await replace("backup");
  await page.waitForFunction(() => globalThis.changes.length > 1);
  const told = await page.evaluate(() => [globalThis.changes, globalThis.watch.policy.manifest.name]);
  assert.deepEqual(told, [["not-a-component", ["turnstile", "backup-resource-states"]], "backup-resource-states"]);
  await page.evaluate(() => globalThis.watch.close());
  const { length } = server.asked;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(server.asked.length <= length + 1);
});

for (const [what, policy, code, message] of [
  ["no Workers", CSP.withoutWorkers, "thread", /thread cannot be started/],
  ["no WebAssembly", CSP.withoutWasm, "malformed", /Content Security Policy|wasm-unsafe-eval|unsafe-eval/i],
]) {
  test(`a page that allows ${what} is told so`, async (t) => {
    const { page } = await open(t, policy);
    const told = await page.evaluate(() =>
      globalThis.interlock.loadPolicy("turnstile.wasm").then(
        () => "loaded",
        ({ name, code, message }) => ({ name, code, message }),
      ),
    );
    assert.deepEqual([told.name, told.code], ["PolicyError", code], JSON.stringify(told));
    assert.match(told.message, message);
  });
}
