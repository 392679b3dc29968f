import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Serves folders on loopback, as a server of static files would.
 *
 * - `mounts`: path to folder; the longest path that fits is taken.
 * - `headers`: of every answer.
 *
 * Gives the address without a final slash, what was asked for so far, and how to end it.
 */
export async function serveFolders(mounts, headers = {}) {
  const asked = [];
  const paths = Object.keys(mounts).sort((one, other) => other.length - one.length);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    asked.push(pathname);
    const mount = paths.find((path) => pathname.startsWith(path));
    const inside = normalize(decodeURIComponent(pathname.slice(mount?.length ?? 0)) || "index.html");
    const name = inside === "." ? "index.html" : inside;
    try {
      if (mount === undefined || name.startsWith("..")) throw new Error("outside");
      const bytes = await readFile(join(mounts[mount], name));
      response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "application/octet-stream", ...headers });
      response.end(bytes);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    asked,
    close: () => {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      return closed;
    },
  };
}
