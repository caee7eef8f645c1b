// A peer for the engine of old TLS: JSSE, with what it has switched off switched on. A line of standard input is a session, a line of output
// its end:
//
//   serve PROTOCOL SUITE KEYS       says "port N" first
//   connect PORT PROTOCOL SUITE
//
// STARTTLS comes first. The client says QUIT and the server answers. The end says "ok PROTOCOL SUITE MASTER TEXT", or "failed WHY".

import java.io.*;
import java.net.*;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.crypto.SecretKey;
import javax.net.ssl.*;

public class Jsse {
    public static void main(String[] arguments) throws Exception {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = commands.readLine()) != null;) {
            String[] words = line.split(" ");
            try {
                if (words[0].equals("serve")) {
                    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                        listener.setSoTimeout(15000);
                        System.out.println("port " + listener.getLocalPort());
                        talk(listener.accept(), false, words[1], words[2], words[3]);
                    }
                } else {
                    talk(new Socket("127.0.0.1", Integer.parseInt(words[1])), true, words[2], words[3], null);
                }
            } catch (Exception error) {
                System.out.println("failed " + error);
            }
        }
    }

    static void talk(Socket socket, boolean isClient, String protocol, String suite, String keys) throws Exception {
        socket.setSoTimeout(15000);
        starttls(socket, isClient);
        SSLSocketFactory factory = context(keys).getSocketFactory();
        try (SSLSocket tls = (SSLSocket) factory.createSocket(socket, "mx.example.net", socket.getPort(), true)) {
            tls.setUseClientMode(isClient);
            tls.setEnabledProtocols(protocol.split(","));
            tls.setEnabledCipherSuites(new String[] {suite});
            tls.startHandshake();
            BufferedReader in = new BufferedReader(new InputStreamReader(tls.getInputStream()));
            if (isClient) say(tls, "QUIT");
            String heard = in.readLine();
            if (!isClient) say(tls, "221 Bye");
            SSLSession session = tls.getSession();
            System.out.println("ok " + session.getProtocol() + " " + session.getCipherSuite() + " " + master(session) + " " + heard);
        }
    }

    static void starttls(Socket socket, boolean isClient) throws IOException {
        String[] says = isClient
            ? new String[] {null, "EHLO mail.example.org", "STARTTLS"}
            : new String[] {"220 mx.example.net ESMTP", "250-mx.example.net\r\n250 STARTTLS", "220 Ready to start TLS"};
        for (int index = 0; index < says.length; index++) {
            if (says[index] != null) say(socket, says[index]);
            // The server says the last word.
            if (isClient || index < 2) while (line(socket.getInputStream()).startsWith("-", 3)) {}
        }
    }

    /** Octet by octet: what follows is TLS. */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet; (octet = in.read()) != '\n';) {
            if (octet < 0) throw new EOFException();
            line.append((char) octet);
        }
        return line.toString();
    }

    static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes("US-ASCII"));
        socket.getOutputStream().flush();
    }

    static String master(SSLSession session) throws Exception {
        var method = session.getClass().getDeclaredMethod("getMasterSecret");
        method.setAccessible(true);
        StringBuilder hex = new StringBuilder();
        for (byte octet : ((SecretKey) method.invoke(session)).getEncoded()) hex.append(String.format("%02x", octet));
        return hex.toString();
    }

    static SSLContext context(String keys) throws Exception {
        KeyManager[] managers = null;
        if (keys != null) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = new FileInputStream(keys)) {
                store.load(in, "changeit".toCharArray());
            }
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(store, "changeit".toCharArray());
            managers = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers, new TrustManager[] {new Anybody()}, null);
        return context;
    }

    static class Anybody extends X509ExtendedTrustManager {
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}
        public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}
        public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}
        public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}
        public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}
        public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }
}
