"""aiosmtpd on a free port: aiosmtpd_server.py FOLDER CERTIFICATE KEY ROOT plain|tls|demands|asks.

Prints the port, and a line of JSON for each message that it takes."""

import asyncio, json, ssl, sys
from aiosmtpd.controller import Controller

folder, certificate, key, root, kind = sys.argv[1:]


class Handler:
    taken = 0

    async def handle_DATA(self, server, session, envelope):
        file = f"{folder}/{Handler.taken}.eml"
        Handler.taken += 1
        with open(file, "wb") as out:
            out.write(envelope.original_content)
        tls = server.transport.get_extra_info("ssl_object")
        print(json.dumps({
            "file": file,
            "version": tls and tls.version(),
            "cipher": tls and tls.cipher()[0],
            "certificate": bool(tls and tls.getpeercert()),
        }), flush=True)
        return "250 OK"


async def main():
    context = None
    if kind != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if kind == "asks":
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(root)
    controller = Controller(Handler(), hostname="127.0.0.1", port=0, tls_context=context, require_starttls=kind == "demands", data_size_limit=20_000_000)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(controller.factory, "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
