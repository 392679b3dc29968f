// Puts what the page shows without a server into `public`: the shipped policies, the example sites, and the list of them.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const here = new URL("./", import.meta.url);
const root = new URL("../../", here);
const policies = process.env.INTERLOCK_POLICIES ?? new URL("target/policies", root).pathname;

const catalogue = {
  policies: [
    { title: "Backup resources", url: "policies/backup.wasm", watch: false },
    { title: "Turnstile", url: "policies/turnstile.wasm", watch: false },
  ],
  worlds: [
    { file: "federated-site.json", url: "worlds/federated-site.json" },
    { file: "classic-site.json", url: "worlds/classic-site.json" },
  ],
};

const into = new URL("public/", here);
await rm(into, { recursive: true, force: true });
await mkdir(new URL("policies/", into), { recursive: true });
await mkdir(new URL("worlds/", into), { recursive: true });
for (const { url } of catalogue.policies) {
  await copyFile(`${policies}/${url.split("/").at(-1)}`, new URL(url, into));
}
const worlds = [];
for (const { file, url } of catalogue.worlds) {
  const path = new URL(`examples/${file}`, root);
  const { title } = JSON.parse(await readFile(path, "utf8"));
  await copyFile(path, new URL(url, into));
  worlds.push({ title: title ?? file, url, policy: "backup-resource-states" });
}
await writeFile(
  new URL("console.json", into),
  `${JSON.stringify({ policies: catalogue.policies, worlds }, null, 2)}\n`,
);
