// Calls without end: memory before and after, in Node and in Chromium. `measure` is what a test asks of a short run.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";
import { startChromium } from "../harness/chromium.mjs";
import { serveFolders } from "../harness/server.mjs";

/** Calls before the first measurement, in which code is compiled and memory comes to its size. */
const WARM_UP = 50_000;

/** Measures so many calls of `page/mix.js` in Node: heap after collection in bytes, memory of instances in pages. */
export async function inNode(calls) {
  const script = `
    import { loadPolicy } from "interlock-policy";
    import { mix, watchMemories } from "./page/mix.js";
    const pages = watchMemories();
    const policy = await loadPolicy();
    const measure = () => (gc(), gc(), { heap: process.memoryUsage().heapUsed, rss: process.memoryUsage.rss(), pages: pages() });
    mix(policy, ${WARM_UP});
    const before = measure();
    const started = performance.now();
    mix(policy, ${calls});
    console.log(JSON.stringify({ before, after: measure(), seconds: (performance.now() - started) / 1000 }));
  `;
  const given = ["--expose-gc", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, given, {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  return JSON.parse(stdout);
}

/** The same in Chromium; `rss` is not to be had there. */
export async function inChromium(calls) {
  const folder = await mkdtemp(join(tmpdir(), "interlock-soak-"));
  const root = fileURLToPath(new URL("page", import.meta.url));
  await build({ root, configFile: false, logLevel: "warn", build: { outDir: folder, emptyOutDir: true } });
  const server = await serveFolders({ "/": folder });
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${server.address}/`);
    await page.waitForFunction(() => globalThis.soak !== undefined);
    const session = await page.context().newCDPSession(page);
    const measure = async () => {
      await session.send("HeapProfiler.collectGarbage");
      const { usedSize } = await session.send("Runtime.getHeapUsage");
      return { heap: usedSize, pages: await page.evaluate(() => globalThis.soak.pages()) };
    };
    await page.evaluate(async (calls) => (await globalThis.soak.start(), globalThis.soak.mix(calls)), WARM_UP);
    const before = await measure();
    const started = performance.now();
    await page.evaluate((calls) => globalThis.soak.mix(calls), calls);
    const seconds = (performance.now() - started) / 1000;
    return { before, after: await measure(), seconds };
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const calls = Number(process.argv[2] ?? 10_000_000);
  for (const [where, run] of [
    ["Node", inNode],
    ["Chromium", inChromium],
  ]) {
    const { before, after, seconds } = await run(calls);
    const line = ({ heap, rss, pages }) =>
      `heap ${(heap / 2 ** 20).toFixed(2)} MiB, instances ${pages.join(" ")} pages${rss ? `, process ${(rss / 2 ** 20).toFixed(0)} MiB` : ""}`;
    console.log(
      `${where}: ${calls} calls in ${seconds.toFixed(0)} s\n  before: ${line(before)}\n  after:  ${line(after)}`,
    );
  }
}
