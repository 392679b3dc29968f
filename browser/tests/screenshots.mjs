// Renews the pictures of the console in `docs`: `cargo xtask screenshots`.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DIST, openConsole } from "./harness/console.mjs";

/** A picture: its file, the link that it shows, what is done there first, and what is there once it can be taken. */
const PICTURES = [
  {
    file: "console-matrix.png",
    link: "#/matrix?kind=backup&mode=federated&role=px-backup-app.user&of=own&cell=success/delete",
    shown: (page) => page.getByRole("complementary", { name: "Delete, Success" }),
  },
  {
    file: "console-chart.png",
    link: "#/chart?kind=backup&mode=federated&from=pending&to=deleting",
    shown: (page) => page.getByText("none is shorter"),
  },
  {
    file: "console-world.png",
    link: "#/world?world=worlds/federated-site.json&as=user-17&target=backup/nightly-42",
    shown: (page) => page.getByRole("button", { name: /Delete/ }).first(),
  },
  {
    file: "console-ask.png",
    link: "#/ask?world=worlds/federated-site.json&as=user-17&action=delete&target=backup/nightly-42",
    shown: (page) => page.getByText("cannot be deleted").first(),
  },
  {
    file: "console-compare.png",
    link: "#/compare?policy=policies/backup.wasm",
    // A candidate whose rules ask another condition: the name stands once in a policy.
    async prepare(page) {
      const buffer = await readFile(`${DIST}/policies/backup.wasm`);
      buffer.write("worker-reachable", buffer.indexOf("worker-available"));
      const file = { name: "candidate.wasm", mimeType: "application/wasm", buffer };
      await page.getByLabel("Open file… for new").setInputFiles(file);
    },
    shown: (page) => page.getByRole("button", { name: "Save as JSON" }),
    colorScheme: "dark",
  },
];

const site = await openConsole();
for (const { file, link, prepare, shown, colorScheme = "light" } of PICTURES) {
  const page = await site.open(link, { colorScheme, viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  await prepare?.(page);
  await shown(page).waitFor({ timeout: 120_000 });
  // Focus is where a person who opens the link would not see it.
  await page.evaluate(() => document.activeElement?.blur());
  await page.screenshot({ path: fileURLToPath(new URL(`../../docs/${file}`, import.meta.url)) });
  await page.finish();
  console.log(`docs/${file}`);
}
await site.close();
