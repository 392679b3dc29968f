/** A policy that the page can show. */
export interface PolicyEntry {
  /** What it is, for people. */
  title: string;
  /** Where the component is, relative to the page. */
  url: string;
  /** Whether the page follows it: it may be replaced while it is shown. */
  watch: boolean;
  /** The file, as commands name it; null: the program has it built in. Default: the last part of the address. */
  file?: string | null;
}

/** A world that the page can show. */
export interface WorldEntry {
  /** What it is, for people. */
  title: string;
  /** Where it is, relative to the page. */
  url: string;
  /** Name of the policy whose names it uses. */
  policy: string;
  /** The file, as commands name it; null: it came from none. Default: the last part of the address. */
  file?: string | null;
}

/** What the page can show without being given a file. */
export interface Catalogue {
  policies: PolicyEntry[];
  worlds: WorldEntry[];
}

/** The file of an entry, as commands name it; null where there is none. */
export function fileOf({ url, file }: Pick<PolicyEntry, "url" | "file">): string | null {
  return file === undefined
    ? (url
        .replace(/^file:/, "")
        .split("/")
        .at(-1) ?? url)
    : file;
}

/** Reads `console.json`, which lies beside the page. */
export async function readCatalogue(): Promise<Catalogue> {
  const response = await fetch(new URL("console.json", document.baseURI), { cache: "no-cache" });
  if (!response.ok) throw new Error(`console.json, which lists the policies, answers ${response.status}`);
  return (await response.json()) as Catalogue;
}
