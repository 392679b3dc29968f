// The answers of the components in Chromium are those of the native library: every situation, and every case.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { startChromium } from "../harness/chromium.mjs";
import { serveFolders } from "../harness/server.mjs";

const root = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
/** What `cargo run -p interlock-tests --bin oracle` wrote. */
const ORACLE = process.env.INTERLOCK_ORACLE ?? root("target/oracle");
const POLICIES = process.env.INTERLOCK_POLICIES ?? root("target/policies");

const index = JSON.parse(await readFile(join(ORACLE, "index.json"), "utf8"));
const situations = Object.fromEntries(index.policies.map(({ name, situations }) => [name, situations]));

let folder;
let server;
let browser;
let page;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlock-oracle-"));
  const build = await rolldown({ input: fileURLToPath(new URL("page.mjs", import.meta.url)) });
  await build.write({ dir: folder, format: "esm" });
  await writeFile(join(folder, "index.html"), '<!doctype html><script type="module" src="page.js"></script>');
  server = await serveFolders({ "/": folder, "/oracle/": ORACLE, "/policies/": POLICIES });
  browser = await startChromium();
  page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error));
  await page.goto(`${server.address}/`);
  await page.waitForFunction(() => globalThis.ready);
});

after(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true });
});

test("there is something to compare with", () => {
  assert.deepEqual(Object.keys(situations).sort(), ["backup-resource-states", "turnstile"]);
  assert.ok(index.cases.count > 2000);
});

for (const [name, count] of Object.entries(situations)) {
  test(`every situation of ${name}`, async (context) => {
    const found = await page.evaluate((policy) => globalThis.compareCells(policy), name);
    assert.deepEqual(found.shown, [], `${found.differ} of ${found.asked} differ`);
    assert.equal(found.asked, count);
    context.diagnostic(`${found.asked} situations in ${found.chunks} chunks`);
  });
}

test("every case", async (context) => {
  const found = await page.evaluate(() => globalThis.compareCases());
  assert.deepEqual(found.shown, [], `${found.differ} of ${found.asked} differ`);
  assert.equal(found.asked, index.cases.count);
  assert.equal(found.digest, found.wanted);
  context.diagnostic(`${found.asked} cases, sha256 ${found.digest}`);
});

test("a component that answers otherwise is found out, and where", async () => {
  const changed = await readFile(join(POLICIES, "turnstile.wasm"));
  const place = changed.indexOf("its arm is jammed");
  assert.ok(place > 0);
  changed.write("its arm is jumped", place);
  const other = await browser.newPage();
  await other.route("**/policies/turnstile.wasm", (route) => route.fulfill({ body: changed }));
  await other.goto(`${server.address}/`);
  await other.waitForFunction(() => globalThis.ready);
  const found = await other.evaluate(() => globalThis.compareCases());
  assert.ok(found.differ > 0);
  assert.notEqual(found.digest, found.wanted);
  assert.match(found.shown[0], /^turnstile, .*jumped/);
  await other.close();
});
