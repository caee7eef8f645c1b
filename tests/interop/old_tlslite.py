"""A peer for the engine of old TLS: tlslite-ng. A line of standard input is a session, a line of output its end:

  serve VERSION CIPHER MAC KEY_EXCHANGE GROUP FILE      says "port N" first; FILE.key and FILE.crt are PEM
  connect PORT VERSION CIPHER MAC KEY_EXCHANGE GROUP

STARTTLS comes first. The client says QUIT and the server answers. The end says "ok VERSION SUITE MASTER TEXT", both as code points, or
"failed WHY".
"""

import socket
import sys

from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

CURVES = ["secp256r1", "secp384r1", "secp521r1"]


def line(connection):
    octets = b""
    while not octets.endswith(b"\n"):
        octet = connection.recv(1)
        if not octet:
            raise EOFError(octets)
        octets += octet
    return octets


def starttls(connection, is_client):
    if is_client:
        says = [b"", b"EHLO mail.example.org\r\n", b"STARTTLS\r\n"]
    else:
        says = [b"220 mx.example.net ESMTP\r\n", b"250-mx.example.net\r\n250 STARTTLS\r\n", b"220 Ready to start TLS\r\n"]
    for index, words in enumerate(says):
        connection.sendall(words)
        # The server says the last word.
        if is_client or index < 2:
            while line(connection)[3:4] == b"-":
                pass


def settings(version, cipher, mac, exchange, group):
    found = HandshakeSettings()
    found.minVersion = found.maxVersion = (3, int(version[-1]))
    found.versions = [found.minVersion]
    found.cipherNames, found.macNames, found.keyExchangeNames = [cipher], [mac], [exchange]
    found.minKeySize = 512
    found.eccCurves = CURVES if group == "-" else [group]
    found.keyShares, found.dsaSigHashes = [], ["sha1"]
    # As if it had tried a newer version before. Servers older than RFC 7507 take no notice.
    found.sendFallbackSCSV = True
    return found


def talk(connection, is_client, words, keys=None):
    connection.settimeout(10)
    starttls(connection, is_client)
    tls = TLSConnection(connection)
    if is_client:
        tls.handshakeClientCert(settings=settings(*words))
        tls.sendall(b"QUIT\r\n")
        heard = line(tls)
    else:
        chain = X509CertChain()
        chain.parsePemList(open(f"{keys}.crt").read())
        key = parsePEMKey(open(f"{keys}.key").read(), private=True)
        tls.handshakeServer(certChain=chain, privateKey=key, settings=settings(*words))
        heard = line(tls)
        tls.sendall(b"221 Bye\r\n")
    version, session = tls.version, tls.session
    master = bytes(session.masterSecret).hex()
    tls.close()
    print(f"ok {version[0]:02x}{version[1]:02x} {session.cipherSuite:04x} {master} {heard.decode().strip()}", flush=True)


for text in sys.stdin:
    words = text.split()
    try:
        if words[0] == "serve":
            with socket.create_server(("127.0.0.1", 0)) as listener:
                listener.settimeout(15)
                print("port", listener.getsockname()[1], flush=True)
                connection, _ = listener.accept()
                talk(connection, False, words[1:6], words[6])
        else:
            talk(socket.create_connection(("127.0.0.1", int(words[1]))), True, words[2:7])
    except Exception as error:
        print("failed", type(error).__name__, " ".join(str(error).split()), flush=True)
