// A static file server for dist/, for the tests in a browser. Loopback only.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { brotliCompressSync } from "node:zlib";

// Streaming compilation needs application/wasm, and a module script needs text/javascript.
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Serves `root` under the path `prefix`, and nothing outside it. Port 0 takes any free one. `brotli`: compressed, as a good host does, where it is asked for. */
export function serve({ root, port = 0, prefix = "/", brotli = false }) {
  const compressed = new Map();
  const server = createServer(async (request, response) => {
    const fail = (status, words) => response.writeHead(status, { "content-type": "text/plain" }).end(`${words}\n`);
    if (request.method !== "GET" && request.method !== "HEAD") return fail(405, "only GET and HEAD");
    let path;
    try {
      path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    } catch {
      return fail(400, "not an address");
    }
    if (!path.startsWith(prefix)) return fail(404, "not found");
    const inside = normalize(join(root, path.slice(prefix.length - 1)));
    if (inside !== normalize(root) && !inside.startsWith(normalize(root + sep))) return fail(404, "not found");
    const file = path.endsWith("/") ? join(inside, "index.html") : inside;
    try {
      let content = await readFile(file);
      const compress = brotli && /\bbr\b/.test(request.headers["accept-encoding"] ?? "");
      if (compress) {
        if (!compressed.has(file)) compressed.set(file, brotliCompressSync(content));
        content = compressed.get(file);
      }
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-length": content.length,
        ...(compress && { "content-encoding": "br" }),
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
      });
      response.end(request.method === "HEAD" ? undefined : content);
    } catch {
      fail(404, "not found");
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const stop = () => new Promise((done) => { server.close(done); server.closeAllConnections(); });
      resolve({ url: `http://127.0.0.1:${server.address().port}${prefix}`, stop });
    });
  });
}
