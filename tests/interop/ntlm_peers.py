"""AUTH NTLM with the NTLM of pyspnego or impacket, at either end of a delivery.

ntlm_peers.py client: the options come as JSON on the standard input; smtplib speaks SMTP. ntlm_peers.py server CERTIFICATE KEY FILE OPTIONS: a server
on a free port, for one connection and one message, which goes into the file; the accounts are those of NTLM_USER_FILE. Both print JSON."""

import base64, hashlib, json, smtplib, socket, ssl, struct, sys
import impacket.ntlm, spnego
from cryptography import x509
from spnego._ntlm_raw.messages import Authenticate, AvId, NTClientChallengeV2
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError


def end_point(certificate):
    """RFC 5929 §4.1"""
    name = x509.load_der_x509_certificate(certificate).signature_hash_algorithm.name
    return b"tls-server-end-point:" + hashlib.new("sha256" if name in ("md5", "sha1") else name, certificate).digest()


def in_base64(octets):
    return base64.b64encode(octets).decode()


class Pyspnego:
    def __init__(self, options, bindings):
        bindings = bindings and GssChannelBindings(application_data=bindings)
        self.context = spnego.client(
            f"{options['domain']}\\{options['user']}", options["password"], hostname=options["host"], service="SMTPSVC",
            channel_bindings=bindings, protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm,
        )

    def offer(self):
        return self.context.step()

    def answer(self, challenge):
        return self.context.step(challenge)


class Impacket:
    def __init__(self, options, bindings):
        self.options = options
        # The structure of [MS-NLMP] 2.2.2.1, without addresses.
        self.bindings = hashlib.md5(bytes(16) + struct.pack("<I", len(bindings)) + bindings).digest() if bindings else b""

    def offer(self):
        self.negotiate = impacket.ntlm.getNTLMSSPType1("DESKTOP", "", use_ntlmv2=self.options["version"] == 2)
        return self.negotiate.getData()

    def answer(self, challenge):
        options = self.options
        answer, _ = impacket.ntlm.getNTLMSSPType3(
            self.negotiate, challenge, options["user"], options["password"], options["domain"], use_ntlmv2=options["version"] == 2,
            channel_binding_value=self.bindings, service="SMTPSVC",
        )
        return answer.getData()


def client(options):
    smtp = smtplib.SMTP("127.0.0.1", options["port"], local_hostname="desktop.somorita.com", timeout=15)
    smtp.ehlo()
    bindings = None
    if options["tls"]:
        smtp._host = options["host"]  # whom the certificate has to name
        smtp.starttls(context=ssl.create_default_context(cafile=options["root"]))
        smtp.ehlo()
        bindings = end_point(smtp.sock.getpeercert(True)) if options["binds"] else None
    library = {"pyspnego": Pyspnego, "impacket": Impacket}[options["library"]](options, bindings)
    offer = in_base64(library.offer())
    code, text = smtp.docmd("AUTH", f"NTLM {offer}") if options["initial"] else smtp.docmd("AUTH", "NTLM")
    if code == 334 and not options["initial"]:
        code, text = smtp.docmd(offer)
    if code == 334:
        code, text = smtp.docmd(in_base64(library.answer(base64.b64decode(text))))
    if code == 235:
        with open(options["message"], "rb") as message:
            smtp.sendmail(options["from"], [options["to"]], message.read())
    smtp.quit()
    return {"code": code, "sent": code == 235}


class Server:
    def __init__(self, certificate, key, file, options):
        self.certificate, self.key, self.file, self.options = certificate, key, file, json.loads(options)
        self.bindings, self.said = None, {"logins": []}
        listener = socket.create_server(("127.0.0.1", 0))
        print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
        self.socket = listener.accept()[0]
        self.lines = self.socket.makefile("rwb")

    def say(self, *lines):
        self.lines.write(b"".join(line + b"\r\n" for line in lines))
        self.lines.flush()

    def line(self):
        line = self.lines.readline()
        if not line:
            raise EOFError
        return line.rstrip(b"\r\n")

    def secure(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.lines = self.socket.makefile("rwb")
        self.said["version"] = self.socket.version()
        if self.options["binds"] != "no":
            # The first of the file is its own.
            pem = open(self.certificate).read().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
            own = end_point(ssl.PEM_cert_to_DER_cert(pem))
            self.bindings = own if self.options["binds"] == "own" else own[:-1] + bytes([own[-1] ^ 1])

    def auth(self, initial):
        bindings = self.bindings and GssChannelBindings(application_data=self.bindings)
        context = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm, channel_bindings=bindings)
        login = {}
        self.said["logins"].append(login)
        if initial is None:
            # Half of the servers say this, which is no base64.
            self.say(b"334 NTLM supported" if self.options["speaks"] else b"334 ")
            initial = self.line()
        try:
            challenge = context.step(base64.b64decode(initial, validate=True))
            self.say(b"334 " + base64.b64encode(challenge))
            answer = base64.b64decode(self.line(), validate=True)
            message = Authenticate.unpack(answer)
            pairs = NTClientChallengeV2.unpack(message.nt_challenge_response[16:]).av_pairs
            bound = pairs.get(AvId.channel_bindings, bytes(16)) != bytes(16)
            login.update(mic=message.mic is not None, binds=bound, target=pairs.get(AvId.target_name))
            context.step(answer)
            login["user"] = context.client_principal
            self.say(b"235 2.7.0 Authentication successful")
        except (SpnegoError, ValueError) as error:
            login["error"] = str(error)
            self.say(b"535 5.7.3 Authentication unsuccessful")

    def run(self):
        self.say(b"220 ex2010.somorita.com ESMTP")
        while True:
            verb, _, rest = self.line().partition(b" ")
            if verb == b"EHLO":
                offers = b"250-STARTTLS" if self.options["tls"] and "version" not in self.said else b"250-8BITMIME"
                self.say(b"250-ex2010.somorita.com", offers, b"250 AUTH NTLM")
            elif verb == b"STARTTLS":
                self.say(b"220 go ahead")
                self.secure()
            elif verb == b"AUTH":
                self.auth(rest.partition(b" ")[2] or None)
            elif verb == b"DATA":
                self.say(b"354 go ahead")
                with open(self.file, "wb") as out:
                    while (line := self.line()) != b".":
                        out.write(line.removeprefix(b".") + b"\r\n")
                self.say(b"250 taken")
                self.said["file"] = self.file
            elif verb == b"QUIT":
                self.say(b"221 bye")
                return
            else:
                self.say(b"250 ok")


def server(*args):
    server = Server(*args)
    try:
        server.run()
    except (EOFError, OSError) as error:
        server.said["error"] = repr(error)
    return server.said


try:
    said = client(json.load(sys.stdin)) if sys.argv[1] == "client" else server(*sys.argv[2:])
except (smtplib.SMTPException, SpnegoError, OSError) as error:
    said = {"error": str(error)}
print(json.dumps(said))
