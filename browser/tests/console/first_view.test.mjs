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

/** Drops a file on the page; one that vanishes before it is read, as a folder does, where there are no bytes. */
function drop(page, name, bytes) {
  return page.evaluate(
    ([name, data]) => {
      const file = new File([Uint8Array.from(data ?? [])], name);
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(file);
      if (!data) {
        File.prototype.arrayBuffer = () => Promise.reject(new DOMException("the file is gone", "NotFoundError"));
      }
      document.body.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer }));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
    },
    [name, bytes && [...bytes]],
  );
}

test("a policy that is dropped on the page is shown", async () => {
  const page = await site.open("");
  await page.getByRole("tab").first().waitFor();
  await drop(page, "mine.wasm", await readFile(`${DIST}/policies/turnstile.wasm`));
  await page.getByRole("button", { name: "Coin, Locked: conditional" }).waitFor();
  await page.finish();
});

test("what is dropped and not taken is told of", async () => {
  const page = await site.open("");
  await page.getByRole("tab").first().waitFor();
  const news = page.getByRole("status");
  await drop(page, "policy.bin", [0]);
  await news.getByText("policy.bin is not taken: drop a policy named .wasm, or a world on the view of").waitFor();
  await drop(page, "folder.wasm");
  await news.getByText("folder.wasm cannot be read: the file is gone").waitFor();
  await page.finish();
});
