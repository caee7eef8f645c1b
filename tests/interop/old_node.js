// A peer for the engine of old TLS: OpenSSL 1.0.0, inside of a node of its time, in whose JavaScript this is written. A line of standard input is a
// session, a line of output its end:
//
//   serve METHOD CIPHERS KEY        says "port N" first; KEY.key and KEY.crt are PEM
//   connect PORT METHOD CIPHERS
//
// STARTTLS comes first. The client says QUIT and the server answers. The end says "ok VERSION SUITE MASTER TEXT", both as code points, or
// "failed WHY".

var crypto = require('crypto'), fs = require('fs'), net = require('net'), tls = require('tls');

/// Version, suite and master secret of an SSL_SESSION, DER: a sequence of structure's version, version, suite, session and master secret.
function facts(der) {
  var at = 0, values = [];
  function header() {
    var length = der[at + 1], count = length & 0x7f;
    at += 2;
    if (length < 0x80) return length;
    for (length = 0; count > 0; count--) length = length * 256 + der[at++];
    return length;
  }
  header();
  while (values.length < 5) {
    var length = header();
    values.push(der.slice(at, at + length).toString('hex'));
    at += length;
  }
  return [values[1], values[2], values[4]].join(' ');
}

/// Calls back with each line that comes, without its end; gives back what stops that.
function lines(stream, each) {
  var text = '';
  function take(octets) {
    text += octets.toString('binary');
    for (var end; (end = text.indexOf('\n')) >= 0;) {
      var line = text.slice(0, end).replace('\r', '');
      text = text.slice(end + 1);
      each(line);
    }
  }
  stream.on('data', take);
  return function () { stream.removeListener('data', take); };
}

function talk(socket, isServer, method, ciphers, key, ended) {
  var over = false;
  function end(text) {
    if (over) return;
    over = true;
    clearTimeout(timer);
    console.log(text);
    setTimeout(function () { socket.destroy(); }, 500);
    ended();
  }
  var timer = setTimeout(function () { end('failed it took too long'); }, 10000);
  socket.on('error', function (error) { end('failed ' + error); });
  socket.on('close', function () { end('failed the other end has closed'); });

  var says = isServer ? ['250-mx.example.net\r\n250 STARTTLS', '220 Ready to start TLS'] : ['EHLO mail.example.org', 'STARTTLS', null];
  if (isServer) socket.write('220 mx.example.net ESMTP\r\n');
  var stop = lines(socket, function (line) {
    if (line.charAt(3) === '-') return;
    var next = says.shift();
    if (next) socket.write(next + '\r\n');
    if (says.length === 0) {
      stop();
      secure();
    }
  });

  function secure() {
    var options = { ciphers: ciphers, secureProtocol: method };
    if (isServer) {
      options.key = fs.readFileSync(key + '.key');
      options.cert = fs.readFileSync(key + '.crt');
    }
    var pair;
    try {
      pair = tls.createSecurePair(crypto.createCredentials(options), isServer, false, false);
    } catch (error) {
      return end('failed ' + error);
    }
    pair.on('error', function (error) { end('failed ' + error); });
    pair.on('secure', function () { if (!isServer) pair.cleartext.write('QUIT\r\n'); });
    lines(pair.cleartext, function (line) {
      if (isServer) pair.cleartext.write('221 Bye\r\n');
      end('ok ' + facts(new Buffer(pair.ssl.getSession(), 'binary')) + ' ' + line);
    });
    pair.encrypted.pipe(socket);
    socket.pipe(pair.encrypted);
  }
}

var commands = [], busy = false;
function next() {
  if (busy || commands.length === 0) return;
  busy = true;
  var words = commands.shift().split(' ');
  function ended() {
    busy = false;
    next();
  }
  if (words[0] === 'connect') return talk(net.connect(+words[1], '127.0.0.1'), false, words[2], words[3], null, ended);
  var server = net.createServer(function (socket) {
    server.close();
    talk(socket, true, words[1], words[2], words[3], ended);
  });
  server.listen(0, '127.0.0.1', function () { console.log('port ' + server.address().port); });
}

lines(process.stdin, function (line) {
  commands.push(line);
  next();
});
process.stdin.on('end', function () { process.exit(0); });
process.stdin.resume();
