// The console as `interlock console` serves it: its own policy, followed while the file changes, and a given world.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { DIST, openConsole } from "../harness/console.mjs";
import { eventually, holds } from "../harness/eventually.mjs";
import { startProgram } from "../harness/program.mjs";

const QUESTION = "world=worlds/federated-site.json&as=user-17&action=delete&target=backup/nightly-42";

let folder;
let policy;
let program;
let site;

/** A policy in place of the present one, whole. */
async function replace(name) {
  await copyFile(join(DIST, "policies", name), `${policy}.new`);
  await rename(`${policy}.new`, policy);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlock-console-"));
  policy = join(folder, "policy.wasm");
  await replace("backup.wasm");
  program = await startProgram("console", ["--policy", policy]);
  site = await openConsole(program);
});

after(async () => {
  await site?.close();
  await rm(folder, { recursive: true });
});

test("the page is what the program serves, and asks nobody else", async () => {
  const page = await site.open("#/matrix?kind=backup&mode=federated");
  await page.getByRole("button", { name: "Delete, Success: conditional", exact: true }).waitFor();
  await holds(page.getByRole("combobox", { name: "Policy" }), "policies/served.wasm");
  await page.finish();
});

test("a policy that is replaced while the page is open is shown, and the page says so", async () => {
  const page = await site.open("#/matrix");
  await page.getByRole("tab", { name: "Backup location", exact: true }).waitFor();
  await replace("turnstile.wasm");
  await page.getByRole("status").getByText("The policy was replaced: turnstile 0.1.0 answers now").waitFor();
  await page.getByRole("button", { name: "Coin, Locked: conditional" }).waitFor();
  await replace("backup.wasm");
  await page.getByRole("tab", { name: "Backup location", exact: true }).waitFor();
  await page.finish();
});

test("a served policy and a candidate are compared", async () => {
  const page = await site.open("#/compare?old=policies/served.wasm&new=policies/turnstile.wasm");
  await page.getByRole("button", { name: "Save as JSON" }).waitFor({ timeout: 120_000 });
  await page.getByText("backup-resource-states 0.1.0").first().waitFor();
  await page.finish();
});

test("the commands that are printed name the files that the program was given", async () => {
  const page = await site.open(`#/ask?${QUESTION}`);
  await page.getByText(`--policy ${policy}`).waitFor();
  const compare = await site.open("#/compare?old=policies/served.wasm&new=policies/turnstile.wasm");
  await compare.getByText(`interlock diff ${policy} turnstile.wasm`).waitFor({ timeout: 120_000 });
  await compare.finish();
  await page.finish();
});

test("of the policy built in, commands name no file", async (context) => {
  const other = await openConsole(await startProgram("console"));
  context.after(() => other.close());
  const page = await other.open(`#/ask?${QUESTION}`);
  const command = page.getByText("interlock evaluate");
  await command.waitFor();
  assert.doesNotMatch(await command.textContent(), /--policy/);
  assert.deepEqual(await startAndCall(page), ["interlock", "serve"]);
  await page.finish();
});

test("the call that is printed gets the same decision of the service that is named beside it", async () => {
  const page = await site.open(`#/ask?${QUESTION}`);
  assert.deepEqual(await startAndCall(page), ["interlock", "serve", "--policy", policy]);
  await page.finish();
});

/** Starts the service that a page names, and asks it by the printed call; what started it. */
async function startAndCall(page) {
  const shown = async (name) => {
    await page.getByRole("tab", { name, exact: true }).click();
    return page.getByRole("region", { name, exact: true }).textContent();
  };
  const decision = JSON.parse(await shown("Decision"));
  const call = await shown("HTTP");
  const words = (await page.locator(".reproduce .quiet code").textContent()).split(" ");
  const service = await startProgram(words[1], words.slice(2));
  try {
    await eventually(async () => assert.equal((await fetch(`${service.address}/readyz`)).status, 200));
    const script = call.replace("http://127.0.0.1:8181", service.address);
    const { stdout } = await promisify(execFile)("sh", ["-c", script]);
    assert.deepEqual(JSON.parse(stdout).decision, decision);
  } finally {
    await service.close();
  }
  return words;
}
