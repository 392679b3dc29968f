import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { DIST, openConsole } from "../harness/console.mjs";

/** Most bytes of the first view: 200 KiB. */
const BUDGET = 200 * 1024;

let site;
before(async () => {
  site = await openConsole();
});
after(() => site.close());

test("the first view has less than 200 KiB, gzipped", async (context) => {
  const began = performance.now();
  const page = await site.open("");
  await page.getByRole("button", { name: "Create, Absent: conditional" }).waitFor();
  const took = performance.now() - began;
  const paths = new Set(site.server.asked.map((path) => (path === "/" ? "/index.html" : path)));
  let bytes = 0;
  for (const path of paths) bytes += gzipSync(await readFile(`${DIST}${path}`), { level: 9 }).length;
  context.diagnostic(
    `${paths.size} files, ${bytes} bytes gzipped; a cell could be pressed after ${Math.round(took)} ms`,
  );
  assert.ok(paths.size > 5, `only ${[...paths]} were asked for`);
  assert.ok(bytes < BUDGET, `${bytes} bytes of ${[...paths].join(", ")}`);
  await page.finish();
});

test("without its list of policies the page says what is missing", async () => {
  const page = await site.open("no-such-folder/../index.html");
  await page.route("**/console.json", (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await page.getByRole("alert").getByText("console.json, which lists the policies, answers 404").waitFor();
  page.wrong.length = 0;
  await page.finish();
});

test("what is no policy is refused with what it is", async () => {
  const page = await site.open("");
  await page.getByRole("tab").first().waitFor();
  const open = page.getByLabel("Open file…");
  await open.setInputFiles({ name: "page.wasm", mimeType: "application/wasm", buffer: Buffer.from("<html></html>") });
  await page.getByRole("alert").getByText("it looks like a page of HTML").waitFor();
  await page.getByRole("combobox", { name: "Policy" }).selectOption({ label: "Turnstile" });
  await page.getByRole("tab", { name: "Turnstile" }).waitFor();
  await page.finish();
});

test("a policy that is dropped on the page is shown", async () => {
  const page = await site.open("");
  await page.getByRole("tab").first().waitFor();
  const bytes = await readFile(`${DIST}/policies/turnstile.wasm`);
  await page.evaluate(
    (data) => {
      const file = new File([Uint8Array.from(data)], "mine.wasm");
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(file);
      document.body.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer }));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
    },
    [...bytes],
  );
  await page.getByRole("button", { name: "Coin, Locked: conditional" }).waitFor();
  await page.finish();
});
