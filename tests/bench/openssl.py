"""Handshakes of OpenSSL between two ends in memory: openssl.py FOLDER, which holds root, sender and receiver as `tcp certificates` makes
them. One line of JSON, microseconds a handshake."""

import json, ssl, sys, time

folder = sys.argv[1]
HOST = "ex2010.partner.example"
HANDSHAKES = 400


def contexts(version, mutual):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(f"{folder}/receiver.pem", f"{folder}/receiver.key")
    server.num_tickets = 0
    client = ssl.create_default_context(cafile=f"{folder}/root.pem")
    for context in (server, client):
        context.minimum_version = context.maximum_version = version
    if mutual:
        server.verify_mode = ssl.CERT_REQUIRED
        server.load_verify_locations(f"{folder}/root.pem")
        client.load_cert_chain(f"{folder}/sender.pem", f"{folder}/sender.key")
    return client, server


def handshake(client_context, server_context):
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=HOST)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    open_ends = [client, server]
    while open_ends:
        for end in list(open_ends):
            try:
                end.do_handshake()
                open_ends.remove(end)
            except ssl.SSLWantReadError:
                pass


def microseconds(version, mutual=False):
    pair = contexts(version, mutual)
    for _ in range(HANDSHAKES // 4):
        handshake(*pair)
    start = time.perf_counter()
    for _ in range(HANDSHAKES):
        handshake(*pair)
    return round((time.perf_counter() - start) * 1e6 / HANDSHAKES, 1)


print(json.dumps({
    "version": ssl.OPENSSL_VERSION,
    "handshake12": microseconds(ssl.TLSVersion.TLSv1_2),
    "handshake13": microseconds(ssl.TLSVersion.TLSv1_3),
    "mutual": microseconds(ssl.TLSVersion.TLSv1_3, True),
}))
