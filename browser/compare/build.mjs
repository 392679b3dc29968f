// Makes the package from the component that `cargo xtask build` writes: its glue, its code, and types.
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { transpile } from "@bytecodealliance/jco";

const here = new URL("./", import.meta.url);
const generated = new URL("src/generated/", here);
const dist = new URL("dist/", here);
const component = process.env.INTERLOCK_COMPARE ?? new URL("../../target/compare/compare.wasm", here).pathname;

/** The module that compares; the others only connect it. */
const CORE = "compare.core.wasm";

await rm(dist, { recursive: true, force: true });
await rm(generated, { recursive: true, force: true });
await mkdir(new URL("interfaces/", generated), { recursive: true });
await mkdir(dist, { recursive: true });

const bytes = await readFile(component).catch(() => {
  throw new Error(`there is no ${component}; \`cargo xtask build\` writes it`);
});
const { files, imports } = await transpile(bytes, {
  name: "compare",
  instantiation: "async",
  nodejsCompat: false,
  wasiShim: false,
  base64Cutoff: 0,
});
if (imports.join() !== "interlock:compare/policies") {
  throw new Error(
    `the component imports ${imports.join(", ")}; what this package gives is interlock:compare/policies alone`,
  );
}

const connecting = {};
for (const [name, content] of Object.entries(files)) {
  if (name === CORE) await writeFile(new URL(name, dist), content);
  else if (name.endsWith(".wasm")) connecting[name] = Buffer.from(content).toString("base64");
  else if (name.endsWith(".d.ts") && name.startsWith("interfaces/")) await writeFile(new URL(name, generated), content);
}
// Where no modules are given the glue would fetch them from beside it; bundlers would take along all that lies there.
const FETCHES = "if (!getCoreModule) getCoreModule = (name) => fetchCompile(new URL(`./${name}`, import.meta.url));";
const generatedGlue = new TextDecoder().decode(files["compare.js"]);
if (!generatedGlue.includes(FETCHES)) throw new Error("the glue does not fetch modules as it did; see build.mjs");
const glue = generatedGlue.replace(FETCHES, "");
await writeFile(new URL("glue.js", generated), glue);
await writeFile(
  new URL("glue.d.ts", generated),
  `import type * as Policies from "./interfaces/interlock-compare-policies.js";
export function instantiate(
  getCoreModule: (path: string) => WebAssembly.Module | Promise<WebAssembly.Module>,
  imports: { "interlock:compare/policies": typeof Policies },
): Promise<{ compare(oldManifest: string, newManifest: string): { comparison: string; review: string } }>;
`,
);
await writeFile(
  new URL("connecting.ts", generated),
  `/** The modules that connect the one that compares, in base64, by name. */
export const CONNECTING: Readonly<Record<string, string>> = ${JSON.stringify(connecting, null, 2)};
`,
);

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [tsc], { cwd: here, stdio: "inherit" });
await mkdir(new URL("generated/", dist), { recursive: true });
await writeFile(new URL("generated/glue.js", dist), glue);
