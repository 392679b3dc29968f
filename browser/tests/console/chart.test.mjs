import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { openConsole, violations } from "../harness/console.mjs";
import { counts, eventually, focused, linkOf } from "../harness/eventually.mjs";

let site;
before(async () => (site = await openConsole()));
after(() => site.close());

const item = (page, name) => page.getByRole("treeitem", { name });
const BACKUP = "#/chart?kind=backup&mode=federated";

/** Where the drawing stands in the canvas. */
const transform = (page) => page.locator(".canvas .drawing > g").getAttribute("transform");
const named = (page, name) => page.locator(`[aria-label^="${name}"]`);
/** The labels of what a selector finds, in the page's order. */
const labels = (page, selector) =>
  page.locator(selector).evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));

test("every state of a kind is drawn, and absent as start and as end", async () => {
  const page = await site.open(BACKUP);
  await item(page, /^Absent, the start/).waitFor();
  const states = await labels(page, "[role=treeitem][aria-level='1']");
  assert.equal(states.length, 12);
  assert.match(states[0], /^Absent, the start: 2 out/);
  assert.match(states.at(-1), /^Absent, the end: \d+ in$/);
  await page.finish();
});

test("actions between the same two states share a line, and those that leave a state are inside it", async () => {
  const page = await site.open(BACKUP);
  await item(page, "Force delete, operation, Deleting to Absent").waitFor();
  await item(page, "Delete completed, event, Deleting to Absent").waitFor();
  await item(page, "View, operation, stays Deleting").waitFor();
  await counts(page.locator(".canvas .line"), 31);
  await page.finish();
});

test("nothing lies over anything else: neither states nor actions", async () => {
  for (const link of [
    BACKUP,
    "#/chart?kind=backup&mode=classic",
    "#/chart?kind=cluster&mode=classic",
    "#/chart?kind=cluster&mode=federated",
  ]) {
    const page = await site.open(link);
    await page.locator(".canvas .place").first().waitFor();
    const overlaps = await page.evaluate(() => {
      const boxes = [...document.querySelectorAll(".canvas .place, .canvas .label:not(.inside)")].map((group) => ({
        name: group.getAttribute("aria-label"),
        box: group.querySelector(".box").getBBox(),
      }));
      const isOver = ({ box: a }, { box: b }) =>
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
      return boxes.flatMap((one, place) =>
        boxes.slice(place + 1).flatMap((other) => (isOver(one, other) ? [`${one.name} / ${other.name}`] : [])),
      );
    });
    assert.deepEqual(overlaps, []);
    await page.finish();
  }
});

test("a label fits its box", async () => {
  const page = await site.open("#/chart?kind=cluster&mode=federated");
  await page.locator(".canvas .place").first().waitFor();
  const wide = await page.locator(".canvas .place, .canvas .label").evaluateAll((groups) =>
    groups.flatMap((group) => {
      const [box, text] = [group.querySelector(".box").getBBox(), group.querySelector("text").getBBox()];
      return text.x < box.x || text.x + text.width > box.x + box.width ? [group.getAttribute("aria-label")] : [];
    }),
  );
  assert.deepEqual(wide, []);
  await page.finish();
});

test("only operations or only events are shown, and the link says so", async () => {
  const page = await site.open(BACKUP);
  await item(page, "Started, event, Pending to In-Progress").waitFor();
  await page.getByRole("group", { name: "Show" }).getByLabel("operations").check({ force: true });
  await item(page, /^Started/).waitFor({ state: "detached" });
  await page.waitForURL(/show=operations/);
  const again = await site.open(`${BACKUP}&show=events`);
  await item(again, "Started, event, Pending to In-Progress").waitFor();
  assert.equal(await item(again, /operation/).count(), 0);
  await again.finish();
  await page.finish();
});

test("a state that is chosen tells what enters and leaves it, and they stand out", async () => {
  const page = await site.open(BACKUP);
  await item(page, /^Cloud Backup Missing:/).click();
  const drawer = page.getByRole("complementary", { name: "Cloud Backup Missing" });
  await drawer.getByRole("button", { name: "Cloud objects missing" }).waitFor();
  await page.waitForURL(/state=cloud-backup-missing/);
  await eventually(async () =>
    assert.deepEqual((await labels(page, ".canvas .label.near")).sort(), [
      "Cloud objects missing, event, Success to Cloud Backup Missing",
      "Delete, operation, Cloud Backup Missing to Deleting",
      "Duplicate, operation, stays Cloud Backup Missing",
      "Force delete, operation, Cloud Backup Missing to Absent",
      "View, operation, stays Cloud Backup Missing",
    ]),
  );
  const link = linkOf(page);
  const again = await site.open(link);
  await again.getByRole("complementary", { name: "Cloud Backup Missing" }).waitFor();
  await again.finish();
  await drawer.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("complementary", { name: "Delete, Cloud Backup Missing" }).waitFor();
  await page.waitForURL(/cell=cloud-backup-missing%2Fdelete/);
  await page.waitForURL((url) => !/state=/.test(url));
  await page.finish();
});

test("an action that is chosen opens the cell of the matrix, and what lies beneath the panel comes into sight", async () => {
  const page = await site.open(BACKUP);
  await item(page, "Force delete, operation, Pending to Absent").click();
  const drawer = page.getByRole("complementary", { name: "Force delete, Pending" });
  await drawer.getByText("Requires", { exact: true }).waitFor();
  await eventually(async () => {
    const chosen = await page.locator(".canvas .label.chosen").boundingBox();
    const panel = await drawer.boundingBox();
    assert.ok(chosen.x + chosen.width <= panel.x, `${chosen.x} is not left of ${panel.x}`);
  });
  await drawer.getByRole("link", { name: "Show in the matrix" }).click();
  await page.getByRole("button", { name: "Force delete, Pending: conditional", pressed: true }).waitFor();
  await page.getByRole("link", { name: "Show in the chart" }).click();
  await item(page, "Force delete, operation, Pending to Absent").and(page.locator(".chosen")).waitFor();
  await page.locator(".canvas .drawing").click({ position: { x: 20, y: 20 } });
  await page.getByRole("complementary").waitFor({ state: "detached" });
  await page.finish();
});

test("a line takes its first action", async () => {
  const page = await site.open("#/chart?policy=policies/turnstile.wasm");
  await page.locator(".line .reach").first().waitFor();
  const at = await page
    .locator(".line .reach")
    .first()
    .evaluate((path) => {
      const { x, y } = path.getPointAtLength(path.getTotalLength() * 0.15).matrixTransform(path.getScreenCTM());
      return { x, y };
    });
  await page.mouse.click(at.x, at.y);
  await page.getByRole("complementary").waitFor();
  await page.waitForURL(/cell=/);
  await page.finish();
});

test("the shortest ways are those of `interlock path`, and stand out", async () => {
  const snapshot = new URL(
    "../../../host/cli/tests/cli/snapshots/cli__path__every_way_is_told_where_there_are_several.snap",
    import.meta.url,
  );
  const [, printed] = (await readFile(snapshot, "utf8")).split(
    "mode classic\nbackup: absent to deleting, classic mode\n",
  );
  const page = await site.open("#/chart?kind=backup&mode=classic");
  await page.getByRole("combobox", { name: "from" }).selectOption("Absent");
  await page.getByRole("combobox", { name: "to", exact: true }).selectOption("Deleting");
  await page.getByRole("status").filter({ hasText: "2 ways take 3 actions each, and none is shorter." }).waitFor();
  const needs = [...printed.split("--- exit code")[0].matchAll(/(requires|effects|or) {2,}((?:.|\n {16})*)/g)].map(
    ([, word, codes]) => `${word} ${codes.replace(/\s+/g, " ").trim()}`,
  );
  const told = () =>
    page.locator(".way").evaluateAll((ways) =>
      ways.flatMap((way) => {
        const texts = [...way.children].map((one) => one.textContent);
        return texts.flatMap((text, place) => (place % 2 === 0 ? [`${text} ${texts[place + 1]}`] : []));
      }),
    );
  await eventually(async () => assert.deepEqual(await told(), needs));
  await eventually(async () =>
    assert.deepEqual((await labels(page, ".canvas .label.on-path")).sort(), [
      "Aborted, event, Pending to Aborted",
      "Create, operation, Absent to Pending",
      "Delete, operation, Aborted to Deleting",
      "Delete, operation, In-Progress to Deleting",
      "Started, event, Pending to In-Progress",
    ]),
  );
  await page.getByRole("button", { name: "Show way 2 alone" }).click();
  await counts(page.locator(".canvas .label.on-path"), 3);
  await page.waitForURL(/from=absent&to=deleting&path=2/);
  const link = linkOf(page);
  const again = await site.open(link);
  await again.getByRole("button", { name: "Show all ways", pressed: true }).waitFor();
  await counts(again.locator(".canvas .label.on-path"), 3);
  await again.finish();
  await page.getByRole("button", { name: "Clear" }).click();
  await counts(page.locator(".on-path"), 0);
  await page.finish();
});

test("a way that is not there, or not drawn, or asked for wrongly, is told in a sentence", async () => {
  const said = async (link, sentence) => {
    const page = await site.open(link);
    await page.locator(".path-summary").filter({ hasText: sentence }).waitFor();
    await page.finish();
  };
  await said(`${BACKUP}&from=absent&to=absent`, "It is the same state: no action is needed.");
  await said(
    "#/chart?kind=backup&mode=classic&from=captured&to=pending",
    /^12 ways take \d actions each, and none is shorter\. These are the first 10\.$/,
  );
  await said(`${BACKUP}&from=absent`, "Choose the state to end in as well.");
  await said(`${BACKUP}&from=absent&to=success&show=operations`, "Not all of it is drawn: only operations are shown.");
  await said(`${BACKUP}&from=%3Cimg%3E&to=success`, "federated mode has no state “<img>” of Backups.");
});

test("what is said of role and conditions marks what is allowed and what is refused", async () => {
  const page = await site.open(`${BACKUP}&role=px-backup-app.user&of=foreign`);
  await item(page, "Delete, operation, Success to Deleting: refused").waitFor();
  await page.getByText("theirs", { exact: true }).click();
  await item(page, "Delete, operation, Success to Deleting: conditional").waitFor();
  await page.getByRole("button", { name: "Say nothing" }).click();
  await item(page, "Delete, operation, Success to Deleting")
    .and(page.locator(":not([aria-label*=conditional])"))
    .waitFor();
  await page.finish();
});

test("the chart is walked by the keyboard alone", async () => {
  const page = await site.open("#/chart?policy=policies/turnstile.wasm");
  await item(page, /^Absent, the start/).waitFor();
  await page.getByRole("combobox", { name: "to", exact: true }).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await focused(named(page, "Absent, the start"));
  await page.keyboard.press("ArrowRight");
  await focused(named(page, "Installed, event, Absent to Locked"));
  await page.keyboard.press("ArrowDown");
  await focused(named(page, "Locked:"));
  await page.keyboard.press("u");
  await focused(named(page, "Unlocked:"));
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Unlocked" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("complementary").waitFor({ state: "detached" });
  await focused(named(page, "Unlocked:"));
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Installed, Absent" }).waitFor();
  await page.finish();
});

test("the chart is moved and scaled by keys, buttons, mouse and wheel, and the link holds where it stands", async () => {
  const page = await site.open(BACKUP);
  await item(page, /^Absent, the start/).waitFor();
  const scale = async () => Number(/scale\(([^)]*)\)/.exec(await transform(page))[1]);
  const whole = await transform(page);
  const first = await scale();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await eventually(async () => assert.ok((await scale()) > first));
  await page.waitForURL(/look=/);
  await item(page, /^Absent, the start/).focus();
  await page.keyboard.press("0");
  await eventually(async () => assert.equal(await transform(page), whole));
  await page.waitForURL((url) => !/look=/.test(url));
  await page.keyboard.press("-");
  await eventually(async () => assert.ok((await scale()) < first));
  await page.keyboard.press("0");
  await page.keyboard.press("+");
  await eventually(async () => assert.ok((await scale()) > first));
  const before = await transform(page);
  await page.keyboard.press("Shift+ArrowRight");
  await eventually(async () => assert.notEqual(await transform(page), before));
  await page.keyboard.press("0");
  await eventually(async () => assert.equal(await transform(page), whole));
  const box = await page.locator(".canvas").boundingBox();
  await page.mouse.move(box.x + 300, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 360, box.y + 120, { steps: 4 });
  await page.mouse.up();
  await eventually(async () => assert.notEqual(await transform(page), whole));
  assert.equal(await page.getByRole("complementary").count(), 0);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  // The wheel's gesture ends, and is kept in the link, a moment after its last turn.
  await page.waitForFunction(
    (least) => Number(decodeURIComponent(location.hash).split("look=")[1]?.split("&")[0].split(",")[2]) > least,
    first,
  );
  const link = linkOf(page);
  const again = await site.open(link);
  await item(again, /^Absent, the start/).waitFor();
  await eventually(async () => {
    const [one, other] = [await transform(page), await transform(again)].map((text) =>
      text.match(/-?[\d.]+/g).map(Number),
    );
    one.forEach((number, place) => assert.ok(Math.abs(number - other[place]) < 3, `${one} is not ${other}`));
  });
  await again.finish();
  await page.finish();
});

test("what is chosen does not hold the reader, and choosing is no moving", async () => {
  const page = await site.open(BACKUP);
  await item(page, /^Captured:/).click();
  await page.getByRole("complementary", { name: "Captured" }).waitFor();
  await page.waitForURL((url) => !/look=/.test(url));
  const box = await page.locator(".canvas").boundingBox();
  await page.mouse.move(box.x + 20, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(box.x + 20, box.y - 400, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/look=/);
  await eventually(async () => {
    const chosen = await page.locator(".canvas .place.chosen").boundingBox();
    assert.ok(chosen.y + chosen.height < box.y, "it came back");
  });
  await page.finish();
});

test("two fingers scale the chart, and one moves it", async () => {
  const page = await site.open(BACKUP, { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true });
  await item(page, /^Absent, the start/).waitFor();
  await page.locator(".canvas").scrollIntoViewIfNeeded();
  const { x, y, width, height } = await page.locator(".canvas").boundingBox();
  const [cx, cy] = [x + width / 2, y + height / 2];
  const client = await page.context().newCDPSession(page);
  const touch = (type, points) =>
    client.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })),
    });
  const before = await transform(page);
  await touch("touchStart", [[cx, cy]]);
  await touch("touchMove", [[cx - 40, cy - 40]]);
  await touch("touchEnd", []);
  const moved = await eventually(async () => {
    const moved = await transform(page);
    assert.notEqual(moved, before);
    return moved;
  });
  const scale = (text) => Number(/scale\(([^)]*)\)/.exec(text)[1]);
  assert.equal(scale(moved), scale(before));
  await touch("touchStart", [
    [cx - 20, cy],
    [cx + 20, cy],
  ]);
  await touch("touchMove", [
    [cx - 60, cy],
    [cx + 60, cy],
  ]);
  await touch("touchEnd", []);
  await eventually(async () => assert.ok(scale(await transform(page)) > scale(before)));
  await page.finish();
});

test("the exported file is an SVG of its own that shows every state", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await site.open(`${BACKUP}&from=absent&to=deleting`, { colorScheme });
    await item(page, /^Absent, the start/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export as SVG" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "backup-federated.svg");
    const text = await readFile(await download.path(), "utf8");
    const shown = await page.locator(".canvas .place > text").allTextContents();
    const [ground] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor]);
    const read = await page.evaluate((source) => {
      const file = new DOMParser().parseFromString(source, "image/svg+xml");
      const all = [...file.querySelectorAll("*")];
      return {
        root: file.documentElement.localName,
        isBroken: file.querySelector("parsererror") !== null,
        texts: [...file.querySelectorAll("text")].map((one) => one.textContent),
        foreign: all
          .flatMap(({ attributes }) => [...attributes].map(({ name }) => name))
          .filter((name) => /^(class|style|on|href|id|data-)/.test(name)),
        loose: all
          .flatMap(({ attributes }) => [...attributes].map(({ value }) => value))
          .filter((value) => /var\(|url\(/.test(value)),
        ground: file.documentElement.querySelector("rect").getAttribute("fill"),
        lines: file.querySelectorAll("path[stroke-dasharray]").length,
      };
    }, text);
    assert.equal(read.root, "svg");
    assert.equal(read.isBroken, false);
    assert.equal(shown.length, 12);
    for (const state of shown) assert.ok(read.texts.includes(state), `${state} is missing`);
    assert.ok(read.texts.includes("Namespace missing at run"));
    assert.deepEqual([read.foreign, read.loose], [[], []]);
    assert.equal(read.ground, ground);
    // Drawn by itself, with no page around it, it has its size and is no empty ground.
    const size = await page.evaluate(async (source) => {
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([source], { type: "image/svg+xml" }));
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, text);
    assert.ok(size[0] > 500 && size[1] > 500, `${size}`);
    await page.finish();
  }
});

test("the same stands in a table", async () => {
  const page = await site.open("#/chart?policy=policies/turnstile.wasm");
  await page.getByText("The same as a table: 6 transitions").click();
  const rows = await page.getByRole("table", { name: "Transitions of Turnstile" }).getByRole("row").allTextContents();
  assert.deepEqual(rows.slice(1), [
    "AbsentInstalledeventLocked",
    "LockedCoinoperationUnlocked",
    "LockedRemovedeventAbsent",
    "UnlockedCoinoperationstays as it is",
    "UnlockedPushoperationLocked",
    "UnlockedRemovedeventAbsent",
  ]);
  await page.waitForURL(/table=open/);
  await page.getByRole("table").getByRole("button", { name: "Push" }).click();
  await page.getByRole("complementary", { name: "Push, Unlocked" }).waitFor();
  await page.finish();
});

test("a mode without the kind, and a filter that leaves nothing, are told", async () => {
  const page = await site.open("#/chart?kind=virtual-machine&mode=federated");
  await page.getByText("federated mode has no virtual machines.").waitFor();
  await page.finish();
  const empty = await site.open("#/chart?kind=role&show=events");
  await empty.getByText(/no events in \w+ mode\./).waitFor();
  assert.equal(await empty.locator(".canvas").count(), 0);
  await empty.finish();
});

test("a link that names what the policy does not have shows the chart all the same", async () => {
  const page = await site.open(`${BACKUP}&state=nowhere&cell=a/b&show=all&path=99&look=NaN,1,2`);
  await item(page, /^Absent, the start/).waitFor();
  assert.equal(await page.getByRole("complementary").count(), 0);
  await page.finish();
});

for (const options of [
  { colorScheme: "light" },
  { colorScheme: "dark" },
  { colorScheme: "light", viewport: { width: 390, height: 800 } },
  { colorScheme: "dark", viewport: { width: 360, height: 740 } },
]) {
  const width = options.viewport?.width ?? 1280;
  test(`axe finds nothing in the ${options.colorScheme} chart at ${width} pixels`, async () => {
    for (const choices of [
      "",
      "&state=success",
      "&cell=success/delete",
      "&from=absent&to=deleting&table=open&role=px-backup-app.user",
    ]) {
      const page = await site.open(`${BACKUP}${choices}`, options);
      await item(page, /^Absent, the start/).waitFor();
      assert.deepEqual(await violations(page), []);
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wider, 0, "the page scrolls sideways");
      await page.finish();
    }
  });
}

test("where the chart was moved to takes back no step in a world", async () => {
  const step = "do=user-17.force-delete.backup.nightly-42.p-acknowledged.true";
  const page = await site.open(`#/chart?kind=backup&world=worlds/federated-site.json&as=user-17&${step}`);
  await page.getByRole("button", { name: /zoom in/i }).click();
  await page.waitForFunction(() => location.hash.includes("look="));
  await page.getByRole("link", { name: "World" }).click();
  await page.getByText("69 resources").or(page.getByText("68 resources")).first().waitFor();
  await page.getByText("68 resources").waitFor();
  await page.finish();
});
