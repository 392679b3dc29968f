// The reference is what `npm run docs` writes.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "./support/packed.mjs";

test("API.md is fresh: `npm run docs -w interlock-policy` renews it", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "interlock-docs-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const typedoc = new URL("../../node_modules/typedoc/bin/typedoc", import.meta.url).pathname;
  await run(process.execPath, [typedoc, "--out", folder], { cwd: new URL("..", import.meta.url) });
  const [kept, made] = await Promise.all(
    [new URL("../API.md", import.meta.url), join(folder, "API.md")].map((file) => readFile(file, "utf8")),
  );
  assert.equal(kept, made);
});
