// The example in Vite, without a plugin or a setting, with the package as it is published: in development and built.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { install, run } from "../../package/test/support/packed.mjs";
import { POLICIES } from "../../package/test/support/policies.mjs";
import { startChromium } from "../harness/chromium.mjs";
import { eventually } from "../harness/eventually.mjs";

const vite = join(createRequire(import.meta.url).resolve("vite/package.json"), "../bin/vite.js");
const example = fileURLToPath(new URL("../../example", import.meta.url));

let browser;
let project;
const cleanup = [];

before(async () => {
  ({ project } = await install({ after: (work) => cleanup.push(work) }));
  for (const file of ["index.html", "src"]) await cp(join(example, file), join(project, file), { recursive: true });
  await cp(`${POLICIES}/turnstile.wasm`, join(project, "public/turnstile.wasm"));
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
  for (const work of cleanup) await work();
});

test("the example has no setting of Vite's", async () => {
  const files = await readdir(example);
  assert.deepEqual(
    files.filter((file) => /^vite\.config|^\.env/.test(file)),
    [],
  );
});

test("in development", async (t) => {
  const { address, printed } = await serve(t, ["--host", "127.0.0.1", "--port", "0"]);
  await drive(address);
  assert.doesNotMatch(printed(), /node:|externalized|warn|error/i);
});

test("built", async (t) => {
  const { stdout, stderr } = await run(process.execPath, [vite, "build"], { cwd: project });
  assert.doesNotMatch(`${stdout}${stderr}`, /node:|externalized|warn|error/i);
  const { address } = await serve(t, ["preview", "--host", "127.0.0.1", "--port", "0"]);
  const asked = await drive(address);

  const sizes = new Map();
  for (const file of (await readdir(join(project, "dist/assets"))).filter((one) => one.endsWith(".js"))) {
    const code = await readFile(join(project, "dist/assets", file));
    sizes.set(file, gzipSync(code, { level: 9 }).length);
    assert.doesNotMatch(code.toString(), /node:/, file);
  }
  const sum = (files) => files.reduce((total, file) => total + sizes.get(file), 0);
  const isWorker = (file) => file.startsWith("thread-");
  const isLocal = (file) => /^(local|backup)-/.test(file);
  const files = [...sizes.keys()];
  assert.equal(files.filter(isWorker).length, 1);
  assert.equal(files.filter(isLocal).length, 2);
  const [embedded, threaded] = [files.filter((file) => !isWorker(file)), files.filter((file) => !isLocal(file))].map(
    sum,
  );
  t.diagnostic(
    `by gzip, the page's own code included: ${embedded} bytes for the embedded policy, ${threaded} for one by address`,
  );
  assert.ok(embedded < 60 * 1024, `${embedded}`);
  assert.ok(threaded < 24 * 1024, `${threaded}`);
  for (const file of files) assert.ok(asked.includes(`/assets/${file}`), `${file} is used`);
});

/** Runs Vite's own program; where it serves, and what it printed. */
async function serve(t, words) {
  const child = spawn(process.execPath, [vite, ...words], {
    cwd: project,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  t.after(async () => {
    child.kill();
    await ended;
  });
  let printed = "";
  const address = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        printed += text;
        const found = printed.match(/Local:\s+(http:\S+?)\/?\s/);
        if (found) resolve(found[1]);
      });
    }
    child.once("exit", () => reject(new Error(`Vite ended: ${printed}`)));
  });
  return { address, printed: () => printed };
}

/** Uses both forms as a person would; what was asked of the server. */
async function drive(address) {
  const page = await browser.newPage();
  const wrong = [];
  const asked = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
  page.on("requestfailed", (request) => wrong.push(`${request.url()} ${request.failure()?.errorText}`));
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  try {
    await page.goto(`${address}/`);
    const backup = page.locator("#backup");
    const remove = backup.getByRole("button", { name: "delete", exact: true });
    const force = backup.getByRole("button", { name: "force-delete" });
    await remove.waitFor({ timeout: 20_000 });
    assert.equal(await remove.isDisabled(), true);
    assert.match(await backup.textContent(), /none of the clusters attached to location `eu` is active/);
    assert.equal(await force.isDisabled(), true);
    await backup.getByLabel("I know what is left behind").check();
    await eventually(async () => assert.equal(await force.isDisabled(), false));
    await backup.getByLabel("Cluster").selectOption("active");
    await eventually(async () => assert.doesNotMatch(await backup.textContent(), /none of the clusters/));

    const turnstile = page.locator("#turnstile");
    const coin = turnstile.getByRole("button", { name: "coin" });
    await coin.waitFor({ timeout: 20_000 });
    assert.equal(await turnstile.locator("#state").textContent(), "locked");
    await coin.click();
    await page.waitForFunction(() => document.querySelector("#state").textContent === "unlocked");
    await turnstile.getByRole("button", { name: "push" }).click();
    await page.waitForFunction(() => document.querySelector("#state").textContent === "locked");
    assert.deepEqual(wrong, []);
    return asked;
  } catch (error) {
    throw new Error(`${error.message}\n${wrong.join("\n")}`, { cause: error });
  } finally {
    await page.close();
  }
}
