"""smtplib delivers a message: the options come as JSON on the standard input, the result goes as JSON to the standard output."""

import json, smtplib, ssl, sys

options = json.load(sys.stdin)
said = {}
smtp = smtplib.SMTP("127.0.0.1", options["port"], local_hostname="client.example", timeout=15)
try:
    smtp.ehlo()
    if options["tls"] == "required" or smtp.has_extn("starttls"):
        context = ssl.create_default_context(cafile=options["root"])
        if options.get("version"):
            context.minimum_version = context.maximum_version = ssl.TLSVersion[options["version"].replace(".", "_")]
        if options.get("certificate"):
            context.load_cert_chain(*options["certificate"])
        smtp._host = options["host"]  # whom the certificate has to name
        code, text = smtp.starttls(context=context)
        if code == 220:
            said["version"], said["cipher"] = smtp.sock.version(), smtp.sock.cipher()[0]
            said["verified"] = True  # a context of create_default_context gives up otherwise
        elif options["tls"] == "required":
            raise smtplib.SMTPException(text)
    if options.get("login"):
        smtp.user, smtp.password = options["login"]["user"], options["login"]["password"]
        smtp.ehlo_or_helo_if_needed()
        method = getattr(smtp, "auth_" + options["login"]["mechanism"].lower())
        smtp.auth(options["login"]["mechanism"], method)
    with open(options["message"], "rb") as message:
        smtp.sendmail(options["from"], [options["to"]], message.read(), ["BODY=8BITMIME"] if smtp.has_extn("8bitmime") else [])
    said["sent"] = True
    smtp.quit()
except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
    said["error"] = str(error)
print(json.dumps(said))
