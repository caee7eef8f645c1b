// A static file server for dist/, for `make serve` and for the tests in a browser. Loopback only.
//
//   node tools/serve.mjs [folder] [port]
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

// Streaming compilation needs application/wasm, and a module script needs text/javascript.
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Serves `root` under the path `prefix`, and nothing outside it. Port 0 takes any free one. */
export function serve({ root, port = 0, prefix = "/" }) {
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
      const content = await readFile(file);
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-length": content.length,
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [root = "dist", port = "8080"] = process.argv.slice(2);
  try {
    const { url } = await serve({ root, port: Number(port) });
    console.log(`\n    STARTTLS lab: ${url}\n\n    Ctrl-C stops the server.`);
  } catch (error) {
    console.error(error.code === "EADDRINUSE"
      ? `Port ${port} of 127.0.0.1 is in use. Choose another one: make serve PORT=${Number(port) + 1}`
      : `Cannot serve on 127.0.0.1:${port}: ${error.message}`);
    process.exit(1);
  }
}
