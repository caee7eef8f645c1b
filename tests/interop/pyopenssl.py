"""The OpenSSL inside of pyOpenSSL, which has X25519MLKEM768, at either end of a delivery with STARTTLS.

pyopenssl.py client: the options come as JSON on the standard input. pyopenssl.py server CERTIFICATE KEY FILE: a server on a free port, for one
message, which goes into the file. Both print JSON. The groups are those of OPENSSL_CONF."""

import json, socket, sys
from OpenSSL import SSL


class Lines:
    """SMTP over a socket, or over TLS once there is one."""

    def __init__(self, transport):
        self.transport, self.rest = transport, b""

    def line(self):
        while b"\n" not in self.rest:
            octets = self.transport.recv(65536)
            if not octets:
                raise EOFError("the connection ended")
            self.rest += octets
        line, self.rest = self.rest.split(b"\n", 1)
        return line.rstrip(b"\r")

    def say(self, *lines):
        self.transport.sendall(b"".join(line + b"\r\n" for line in lines))

    def reply(self):
        while (line := self.line())[3:4] == b"-":
            pass
        return int(line[:3])

    def secure(self, context, name=None):
        tls = SSL.Connection(context, self.transport)
        if name:
            tls.set_tlsext_host_name(name.encode())
            tls.set_connect_state()
        else:
            tls.set_accept_state()
        tls.do_handshake()
        self.transport = tls
        return {"version": tls.get_protocol_version_name(), "cipher": tls.get_cipher_name(), "group": tls.get_group_name()}


def client(options):
    # Without a limit of time, which OpenSSL would take for a socket that does not block.
    lines = Lines(socket.create_connection(("127.0.0.1", options["port"])))
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.load_verify_locations(options["root"])
    context.set_verify(SSL.VERIFY_PEER)
    lines.reply()
    for command in b"EHLO client.example", b"STARTTLS":
        lines.say(command)
        lines.reply()
    said = lines.secure(context, options["host"])
    with open(options["message"], "rb") as message:
        # Without an empty last line, and dot-stuffed.
        text = [b"." + line if line.startswith(b".") else line for line in message.read().removesuffix(b"\r\n").split(b"\r\n")]
    lines.say(b"EHLO client.example")
    lines.reply()
    for commands in [b"MAIL FROM:<%s>" % options["from"].encode()], [b"RCPT TO:<%s>" % options["to"].encode()], [b"DATA"], [*text, b"."]:
        lines.say(*commands)
        code = lines.reply()
    lines.say(b"QUIT")
    lines.reply()
    return {**said, "verified": True, "sent": code == 250}


def server(certificate, key, file):
    listener = socket.create_server(("127.0.0.1", 0))
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    lines = Lines(listener.accept()[0])
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.use_certificate_chain_file(certificate)
    context.use_privatekey_file(key)
    lines.say(b"220 mx.partner.example ESMTP")
    said = {}
    while (verb := lines.line().upper()) != b"QUIT":
        if verb.startswith(b"EHLO"):
            lines.say(b"250-mx.partner.example", b"250 8BITMIME" if said else b"250 STARTTLS")
        elif verb == b"STARTTLS":
            lines.say(b"220 go ahead")
            said = lines.secure(context)
        elif verb == b"DATA":
            lines.say(b"354 go ahead")
            text = b""
            while (line := lines.line()) != b".":
                text += line.removeprefix(b".") + b"\r\n"
            with open(file, "wb") as out:
                out.write(text)
            lines.say(b"250 taken")
        else:
            lines.say(b"250 ok")
    lines.say(b"221 bye")
    return said


try:
    said = client(json.load(sys.stdin)) if sys.argv[1] == "client" else server(*sys.argv[2:])
except (SSL.Error, EOFError, OSError) as error:
    said = {"error": str(error)}
print(json.dumps(said))
