// Builds the package into `dist`: the glue from the contract, the embedded policy, code and types.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { componentEmbed, componentNew, transpile } from "@bytecodealliance/jco";
import { rolldown } from "rolldown";
import { strict } from "./build/strict.mjs";

const here = new URL("./", import.meta.url);
const generated = new URL("src/generated/", here);
const policies = process.env.INTERLOCK_POLICIES ?? new URL("../../target/policies", here).pathname;

/** Functions for hosts that ask in other ways. */
const UNASKED = ["decide", "evaluate-packed", "survey-packed", "texts"];

await rm(new URL("dist", here), { recursive: true, force: true });
await rm(generated, { recursive: true, force: true });
await mkdir(generated, { recursive: true });

await writeGlue();
await embedPolicy();
execFileSync(process.execPath, [new URL("../node_modules/typescript/bin/tsc", here).pathname], {
  cwd: here,
  stdio: "inherit",
});
await bundle();
await copyFile(new URL("contract.d.ts", generated), new URL("dist/types/generated/contract.d.ts", here));
await copyFile(new URL("../../LICENSE", here), new URL("LICENSE", here));

/**
 * The canonical ABI's glue, from the contract alone: a component of it that does nothing is transpiled, and what runs is
 * the core module that is given at run time.
 */
async function writeGlue() {
  const wit = await readFile(new URL("../../wit/policy.wit", here), "utf8");
  const module = await componentEmbed({ dummy: true, witSource: withoutUnasked(wit) });
  const { files } = await transpile(await componentNew(module), {
    name: "policy",
    instantiation: "sync",
    nodejsCompat: false,
    wasiShim: false,
    base64Cutoff: 0,
  });
  const text = (name) => new TextDecoder().decode(files[name]);
  await writeFile(new URL("glue.js", generated), strict(text("policy.js")));
  await writeFile(
    new URL("glue.d.ts", generated),
    `export function instantiate(
  getCoreModule: (path: string) => WebAssembly.Module,
  imports: Record<string, never>,
  instantiateCore: (module: WebAssembly.Module) => { exports: WebAssembly.Exports },
): { decisions: typeof import("./contract.js") };
`,
  );
  await writeFile(new URL("contract.d.ts", generated), text("interfaces/interlock-policy-decisions.d.ts"));
}

/** The contract without the functions that this package never calls, so that there is no glue for them. */
function withoutUnasked(wit) {
  return UNASKED.reduce((text, name) => {
    const line = new RegExp(`^  ${name}: func\\(.*;\n`, "m");
    if (!line.test(text)) throw new Error(`the contract has no line for \`${name}\``);
    return text.replace(line, "");
  }, wit);
}

/** The backup policy as text, compressed, so that no bundler has to know of a file; and its names as types. */
async function embedPolicy() {
  const bytes = await readFile(`${policies}/backup.wasm`).catch(() => {
    throw new Error(`there is no ${policies}/backup.wasm; \`cargo xtask build\` writes it`);
  });
  await writeFile(new URL("backup.ts", generated), "export type Backup = never;\nexport const BACKUP = '';\n");
  const { codegen, openLocal } = await bootstrap();
  const policy = await openLocal(new Uint8Array(bytes));
  const types = codegen(policy.manifest, policy.digest, "Backup");
  const compress = new URL("build/compress.mjs", here).pathname;
  const data = execFileSync(process.execPath, [compress], { input: bytes }).toString("base64");
  await writeFile(
    new URL("backup.ts", generated),
    `${types}\n/** The component, by gzip, in base64. */\nexport const BACKUP: string =\n  "${data}";\n`,
  );
}

/** What reads a policy and writes its types, before there is one embedded. */
async function bootstrap() {
  const file = new URL("bootstrap.mjs", generated);
  const build = await rolldown({ input: { bootstrap: new URL("src/bootstrap.ts", here).pathname }, platform: "node" });
  await build.write({ file: file.pathname, format: "esm", codeSplitting: false });
  const bootstrapped = await import(file);
  await rm(file);
  return bootstrapped;
}

/** One file for each thing that is loaded by itself. */
async function bundle() {
  const input = {
    index: "src/index.ts",
    local: "src/local.ts",
    thread: "src/thread/web.ts",
    node: "src/node.ts",
    platform: "src/platform.ts",
    "thread-node": "src/thread/node.ts",
  };
  const external = [/^node:/];
  const library = await rolldown({ cwd: here.pathname, input, external, preserveEntrySignatures: "allow-extension" });
  await library.write({ dir: "dist", format: "esm", minify: true, chunkFileNames: "[name].js" });
  // By itself, so that what it shares with the library is no file of its own.
  const command = await rolldown({
    cwd: here.pathname,
    input: "src/command.ts",
    external: [...external, /node\.js$/],
  });
  await command.write({ file: "dist/command.js", format: "esm", minify: true, codeSplitting: false });
}
