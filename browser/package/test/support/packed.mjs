// The package as it is published: packed, and installed from the archive into a folder of its own.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export const run = promisify(execFile);
const own = new URL("../../", import.meta.url);

/** Packs the package into a folder; the archive's path, and what is in it. */
export async function pack(folder) {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: own });
  const [{ filename, files, size }] = JSON.parse(stdout);
  return { archive: join(folder, filename), files: files.map(({ path }) => path), size };
}

/** A project that has the archive as its dependency, and nothing from any registry. */
export async function install(t) {
  const folder = await mkdtemp(join(tmpdir(), "interlock-packed-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const packed = await pack(folder);
  const project = join(folder, "project");
  await mkdir(project);
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", packed.archive], { cwd: project });
  const installed = JSON.parse(await readFile(join(project, "node_modules/interlock-policy/package.json"), "utf8"));
  return { ...packed, project, installed };
}
