// What is published works where it is installed: as a module, as a program, and for the compiler.
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { install, run } from "./support/packed.mjs";
import { POLICIES, policyBytes } from "./support/policies.mjs";

const tsc = new URL("../../node_modules/typescript/bin/tsc", import.meta.url).pathname;
/** Most bytes of the code, the embedded policy included, each file by gzip: 60 KiB. */
const CODE_BYTES = 60 * 1024;

test("the packed package", async (t) => {
  const { archive, project, installed, files, size } = await install(t);
  const bin = join(project, "node_modules/.bin/interlock-policy");

  await t.test("has code, types and documents, and nothing else", () => {
    const wanted = /^(dist\/.*\.(js|d\.ts)|package\.json|README\.md|API\.md|CHANGELOG\.md|LICENSE)$/;
    assert.deepEqual(
      files.filter((file) => !wanted.test(file)),
      [],
    );
    for (const file of ["README.md", "API.md", "CHANGELOG.md", "LICENSE", "dist/index.js", "dist/types/index.d.ts"]) {
      assert.ok(files.includes(file), file);
    }
    assert.equal(installed.dependencies, undefined);
  });

  await t.test("has less than 60 KiB of code, the policy included", async (t) => {
    let sum = 0;
    for (const file of files.filter((one) => one.endsWith(".js"))) {
      sum += gzipSync(await readFile(join(project, "node_modules/interlock-policy", file)), { level: 9 }).length;
    }
    t.diagnostic(`${sum} bytes of code by gzip; the archive has ${size}`);
    assert.ok(sum < CODE_BYTES, `${sum} bytes`);
  });

  await t.test("generates names, and what is wrong does not compile", async () => {
    await cp(new URL("types", import.meta.url), project, { recursive: true });
    const { stdout } = await run(bin, ["codegen", `${POLICIES}/turnstile.wasm`]);
    assert.match(stdout, /^export interface Turnstile \{$/m);
    await run(bin, ["codegen", `${POLICIES}/turnstile.wasm`, "--output", join(project, "turnstile.ts")]);
    assert.equal(await readFile(join(project, "turnstile.ts"), "utf8"), stdout);
    await run(process.execPath, [tsc], { cwd: project }).catch(({ stdout }) => assert.fail(stdout));
    // The check itself can fail.
    await writeFile(
      join(project, "mistake.ts"),
      'import { loadPolicy } from "interlock-policy";\n(await loadPolicy()).apply({ mode: "classic" }, null, "fly", "backup/a");\n',
    );
    await assert.rejects(run(process.execPath, [tsc], { cwd: project }), ({ stdout }) =>
      /mistake\.ts\(2,.*"fly"/.test(stdout),
    );
  });

  await t.test("generates names of a served policy, and of one under another name", async (t) => {
    const bytes = await policyBytes("turnstile");
    const server = createServer((_, response) => response.end(bytes)).listen(0, "127.0.0.1");
    t.after(() => server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { stdout } = await run(bin, ["codegen", `http://127.0.0.1:${server.address().port}/`, "--name", "Gate"]);
    assert.match(stdout, /^export interface Gate \{$/m);
  });

  for (const [words, code, message] of [
    [[], 64, /^interlock-policy codegen POLICY/],
    [["draw", "x"], 64, /^interlock-policy codegen POLICY/],
    [["codegen", "x", "--colour"], 64, /^error: Unknown option '--colour'/],
    [["codegen", "x", "--name", "a b"], 64, /--name is `a b`, which is no name of a type/],
    [["codegen", "nowhere.wasm"], 66, /^error: cannot read `nowhere\.wasm`/],
    [["codegen", "package.json"], 69, /^error: cannot load `package\.json`: the policy is no WebAssembly component/],
    [["codegen", `${POLICIES}/turnstile.wasm`, "-o", "no/such/folder"], 74, /^error: cannot write `no\/such\/folder`/],
  ]) {
    await t.test(
      `ends with ${code} for ${
        words
          .slice(0, 4)
          .map((word) => word.split("/").at(-1))
          .join(" ") || "no words"
      }`,
      async () => {
        await assert.rejects(run(bin, words, { cwd: project }), (error) => {
          assert.equal(error.code, code, error.stderr);
          assert.match(error.stderr, message);
          assert.equal(error.stdout, "");
          return true;
        });
      },
    );
  }

  await t.test("shows its help", async () => {
    const { stdout } = await run(bin, ["--help"]);
    assert.match(stdout, /--output FILE/);
  });

  await t.test("runs the example of its README, as it stands there", async () => {
    const readme = await readFile(join(project, "node_modules/interlock-policy/README.md"), "utf8");
    const [example] = readme.matchAll(/```ts\n([\s\S]*?)```/g);
    assert.ok(readme.indexOf(example[0]) < 1500, "it stands on the first screen");
    assert.ok(example[1].trimEnd().split("\n").length <= 10, "it has ten lines");
    const [printed, wanted] = readme.match(/```text\n([\s\S]*?)```/);
    const root = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
    for (const block of [example[0], printed]) assert.ok(root.includes(block), "the project's README has it too");
    await writeFile(join(project, "example.mjs"), example[1]);
    const { stdout } = await run(process.execPath, ["example.mjs"], { cwd: project });
    assert.equal(stdout, wanted);
    await writeFile(join(project, "example.ts"), example[1]);
    await writeFile(join(project, "mistake.ts"), "export {};\n");
    await run(process.execPath, [tsc, "--lib", "es2023,dom"], { cwd: project }).catch(({ stdout }) =>
      assert.fail(stdout),
    );
  });
  assert.ok(archive.endsWith(".tgz"));
});

for (const [what, source, without] of [
  [
    "a type alone",
    'export type { Request } from "interlock-policy";\nexport const nothing = 1;',
    /Worker|sha256|instantiate/,
  ],
  ["requestIn alone", 'export { requestIn } from "interlock-policy";', /Worker|sha256|fetch|H4sI|WebAssembly/],
  ["loadPolicy alone", 'export { loadPolicy } from "interlock-policy";', /if-none-match/],
]) {
  test(`an app that imports ${what} has no more than it needs`, async () => {
    const { rolldown } = await import("rolldown");
    const entry = "\0entry";
    const build = await rolldown({
      input: entry,
      plugins: [
        {
          name: "entry",
          resolveId: (id) => (id === entry ? id : undefined),
          load: (id) => (id === entry ? { code: source, moduleType: "ts" } : undefined),
        },
      ],
      cwd: new URL("..", import.meta.url).pathname,
      resolve: { alias: { "interlock-policy": new URL("../dist/index.js", import.meta.url).pathname } },
    });
    const { output } = await build.generate({ format: "esm" });
    const [first] = output;
    assert.doesNotMatch(first.code, without);
    if (!what.startsWith("loadPolicy")) assert.equal(output.length, 1);
  });
}
