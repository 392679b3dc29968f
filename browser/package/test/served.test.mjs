// `interlock serve` is followed: what it answers and what the page answers are of the same bytes.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { watchPolicy } from "interlock-policy";
import { POLICIES, policyBytes } from "./support/policies.mjs";
import { PROGRAM } from "./support/program.mjs";

test("a policy of the real service is followed through a replacement", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "interlock-serve-"));
  const file = join(folder, "policy.wasm");
  await copyFile(`${POLICIES}/turnstile.wasm`, file);
  const config = `listen = "127.0.0.1:0"\n\n[[policy]]\nname = "served"\nsource = "policy.wasm"\nversions = "any"\n`;
  await writeFile(join(folder, "interlock.toml"), config);
  const service = spawn(PROGRAM, ["serve", "--config", "interlock.toml"], {
    cwd: folder,
    env: { ...process.env, INTERLOCK_CACHE: join(folder, "cache") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(async () => {
    service.kill();
    await rm(folder, { recursive: true, force: true });
  });
  let address;
  for await (const line of createInterface({ input: service.stdout })) {
    address = line.match(/^listening on (.*)$/)?.[1];
    if (address) break;
  }
  const base = `http://${address.replace(/^http:\/\//, "")}/v1/policies/served`;
  const watch = await until(() => watchPolicy(`${base}/policy.wasm`, { interval: 60_000 }));
  t.after(() => watch.close());
  assert.equal(watch.policy.manifest.name, "turnstile");
  assert.equal(await watch.look(), false);

  await agree(watch.policy, base);

  // The same rules under another title: other bytes, which pass every check.
  const changed = Buffer.from(
    (await policyBytes("turnstile")).toString("latin1").replace("Turnstile", "Turnstyle"),
    "latin1",
  );
  await writeFile(join(folder, "next"), changed);
  await rename(join(folder, "next"), file);
  const { digest } = watch.policy;
  await until(async () => assert.equal(await watch.look(), true));
  assert.notEqual(watch.policy.digest, digest);
  await agree(watch.policy, base);
});

/** Policy and service say the same. */
async function agree(policy, base) {
  const manifest = await (await fetch(`${base}/manifest`)).json();
  assert.deepEqual(policy.manifest, manifest);
  for (const jammed of ["true", "false"]) {
    const target = { kind: "turnstile", id: "north", state: "locked", attributes: { jammed } };
    const request = { mode: "normal", action: "coin", target, coverage: "complete" };
    const { decision } = await served(base, request);
    assert.deepEqual(await policy.evaluate(request), decision);
  }
}

async function served(base, request) {
  const headers = { "content-type": "application/json" };
  return (await fetch(`${base}/evaluate`, { method: "POST", headers, body: JSON.stringify(request) })).json();
}

/** What comes of something that fails for a while. */
async function until(work) {
  for (let left = 200; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
