import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const CONSOLE = new URL("../../console/src/", import.meta.url);

/** What modules of the console export, together; only of those that need no page. */
export async function importSource(...paths) {
  const parts = await Promise.all(
    paths.map(async (path) => {
      const bundle = await rolldown({ input: fileURLToPath(new URL(path, CONSOLE)) });
      const { output } = await bundle.generate({ format: "esm" });
      await bundle.close();
      return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
    }),
  );
  return Object.assign({}, ...parts);
}
