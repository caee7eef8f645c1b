//! The command line, by running it: what it writes, where to, and with which status.

use starttls_lab::grid::{self, Cell};
use starttls_lab::scenario::PRESETS;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The program, with arguments.
fn lab(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_starttls-lab"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program");
    let text = |octets| String::from_utf8(octets).expect("UTF-8");
    let (stdout, stderr) = (text(stdout), text(stderr));
    assert!(!stderr.contains("panicked"), "{command:?}: {stderr}");
    (status.code().expect("an end of its own"), stdout, stderr)
}

/// What goes to standard output when all is well: nothing is remarked then.
fn output(arguments: &[&str]) -> String {
    let (status, stdout, stderr) = run(&mut lab(arguments));
    assert_eq!((status, stderr.as_str()), (0, ""), "{arguments:?}");
    stdout
}

/// What goes to standard error when it is not: nothing is put out then.
fn complaint(arguments: &[&str], expected: i32) -> String {
    let (status, stdout, stderr) = run(&mut lab(arguments));
    assert_eq!((status, stdout.as_str()), (expected, ""), "{arguments:?}: {stderr}");
    stderr
}

/// An empty folder of a test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn repository(file: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file of the repository")
}

const BOOK: &str = "#preset=book";
/// With it a run is larger than what a pipe buffers.
const LARGE: [&str; 4] = ["run", "#preset=domain-secured", "--format", "json"];

#[test]
fn help_is_on_standard_output_and_names_every_command_and_all_that_it_takes() {
    let overview = output(&["--help"]);
    for asked in [["-h"], ["help"]] {
        assert_eq!(output(&asked), overview);
    }
    let rows = overview.lines().filter_map(|line| line.strip_prefix("  ")?.split_once("  "));
    let commands: Vec<&str> = rows.map(|(name, _)| name).filter(|name| !name.is_empty()).collect();
    assert_eq!(commands, ["run", "read", "presets", "grid", "suites", "negotiate"]);
    for command in commands {
        let help = output(&[command, "--help"]);
        assert_eq!(output(&["help", command]), help);
        assert_eq!(output(&[command, "anything", "--out", "-h"]), help);
        let usage = help.lines().find(|line| line.starts_with("Usage: ")).expect("a line of usage");
        let options = usage.split("--").skip(1).map(|rest| rest.split([' ', ']']).next().unwrap_or_default());
        for option in options {
            assert!(help.contains(&format!("\n  --{option}")), "{command} says what --{option} is");
        }
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = format!("starttls-lab {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!([output(&["--version"]), output(&["-V"])], [version.clone(), version]);
}

#[test]
fn a_run_is_the_golden_one() {
    for preset in ["book", "postfix"] {
        let fragment = format!("#preset={preset}");
        assert_eq!(output(&["run", &fragment]), repository(&format!("tests/golden/{preset}.transcript")));
        let listing = output(&["run", "--format=listing", &fragment]);
        assert_eq!(listing, repository(&format!("tests/golden/{preset}.listing")));
    }
    assert_eq!(output(&["run"]), output(&["run", BOOK]), "the first scenario without a link");
}

#[test]
fn a_whole_address_is_as_good_as_its_fragment() {
    let expected = output(&["run", "#preset=book&auth_mechanism=Tls+BasicAuth&step=3"]);
    assert_ne!(expected, output(&["run", BOOK]));
    for address in [
        "http://127.0.0.1:8080/#preset=book&auth_mechanism=Tls+BasicAuth&step=3",
        "http://127.0.0.1:8080/#preset=book&auth_mechanism=Tls%2BBasicAuth&step=3",
        "http%3A%2F%2F127.0.0.1%3A8080%2F%23preset%3Dbook%26auth_mechanism%3DTls%2BBasicAuth",
        "preset=book&auth_mechanism=Tls%2BBasicAuth",
    ] {
        assert_eq!(output(&["run", address]), expected, "{address}");
    }
}

/// A file of `tests/data/captures`.
fn data(name: &str) -> String {
    format!("{}/tests/data/captures/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_run_that_was_saved_is_read_as_it_was_run() {
    let folder = folder("read");
    for format in ["json", "pcapng"] {
        let (link, file) = ("#preset=domain-secured", folder.join(format));
        assert_eq!(run(lab(&["run", link, "--format", format, "--out"]).arg(&file)).0, 0);
        let read = output(&["read", file.to_str().expect("UTF-8")]);
        let expected = output(&["run", link]);
        if format == "json" {
            assert_eq!(read, expected);
        }
        // A capture has the same octets, and none of the decisions.
        assert_eq!(read.lines().last(), expected.lines().last());
        assert_eq!(read.contains("decides"), format == "json");
        assert!(read.contains(" ~> MAIL FROM"));
    }
}

#[test]
fn a_capture_of_others_is_opened_by_the_keys_beside_it_or_in_it() {
    let (beside, keys) = (data("25-resumption-tls13.pcapng"), data("25-resumption-tls13.keylog"));
    let opened = output(&["read", &beside, "--keys", &keys]);
    assert_eq!(output(&["read", &data("25-resumption-tls13.dsb.pcapng")]), opened);
    let sealed = output(&["read", &beside]);
    assert!(
        opened.contains(" ~> MAIL") && !sealed.contains(" ~> MAIL") && sealed.contains("sealed record"),
        "{sealed}"
    );
    assert_eq!(sealed.lines().last(), opened.lines().last());
}

/// A capture without secrets, of a session of OpenSSL with RSA key exchange, and the key of its server.
#[test]
fn a_capture_of_others_is_opened_by_the_server_s_private_key() {
    let keys = format!("{}/tests/data/openssl/private-key.pkcs8.pem", env!("CARGO_MANIFEST_DIR"));
    let file = format!("{}/tests/data/openssl/private-key.pcapng", env!("CARGO_MANIFEST_DIR"));
    let (sealed, opened) = (output(&["read", &file]), output(&["read", &file, "--keys", &keys]));
    let said = " ~> mail FROM:<a@client.example.test>";
    assert!(opened.contains(said) && !sealed.contains(said) && sealed.contains("sealed record"), "{opened}");
    assert!(output(&["read", &file, "--keys", &keys, "--format", "keylog"]).starts_with("RSA "));
}

#[test]
fn what_of_a_capture_is_damaged_is_told_beside_the_rest() {
    let folder = folder("damaged");
    let (file, keys) = (folder.join("cut.pcapng"), folder.join("keys"));
    let whole = fs::read(data("12-plain-no-tls.pcapng")).expect("a capture");
    fs::write(&file, &whole[..whole.len() - 300]).expect("a file");
    fs::write(&keys, "no secret\n").expect("a file");
    let (status, stdout, stderr) = run(lab(&["read"]).arg(&file).arg("--keys").arg(&keys));
    assert_eq!((status, stdout.contains("MAIL FROM")), (0, true));
    assert!(stderr.contains("the file ends in the middle") && stderr.contains("line 1 of the key log"), "{stderr}");
}

#[test]
fn a_file_without_a_session_is_an_error() {
    let folder = folder("no-session");
    let cases: [(&str, &[u8], &str); 8] = [
        ("image", b"GIF89a, not a capture", "pcapng or pcap"),
        ("empty", b"", "no TCP connection"),
        ("packed.pcapng.gz", b"\x1F\x8B\x08\0\0\0\0\0", "compressed"),
        ("packed.pcapng.zst", b"\x28\xB5\x2F\xFD\0\0\0\0", "compressed"),
        ("empty.pcap", b"\xD4\xC3\xB2\xA1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x01\0\0\0", "no TCP connection"),
        ("other.json", b" {\"format\": 9}", "format is 9"),
        ("broken.json", b"{\"format\": 4", "line 1"),
        ("shape.json", b"{\"format\": 4, \"origin\": \"\\u001b[31m\"}", "unknown variant"),
    ];
    for (name, octets, expected) in cases {
        let file = folder.join(name);
        fs::write(&file, octets).expect("a file");
        let said = complaint(&["read", file.to_str().expect("UTF-8")], 1);
        assert!(said.contains(name) && said.contains(expected) && !said.contains('\u{1b}'), "{name}: {said}");
    }
    let nowhere = folder.join("nowhere");
    let said = complaint(&["read", nowhere.to_str().expect("UTF-8")], 1);
    assert!(said.contains("cannot read") && said.contains("nowhere"), "{said}");
    let said = complaint(&["read", &data("12-plain-no-tls.pcapng"), "--keys", nowhere.to_str().expect("UTF-8")], 1);
    assert!(said.contains("nowhere"), "{said}");
}

/// A file that never ends.
#[test]
#[cfg(target_os = "linux")]
fn a_file_that_is_too_long_is_not_read() {
    assert!(complaint(&["read", "/dev/zero"], 1).contains("too long"));
}

#[test]
fn a_link_that_cannot_be_applied_is_not_run() {
    for (link, named) in [
        ("#preset=nowhere", "nowhere"),
        ("#preset=book&starttls=perhaps", "offered, required, unavailable"),
        ("#preset=book&colour=mauve", "colour"),
        ("#preset=book&auth_mechanism=BasicAuthRequireTLS", "BasicAuthRequireTLS"),
        ("#v=0&preset=book", "0"),
        ("#preset=book&%zz=1", "%zz"),
    ] {
        let said = complaint(&["run", link], 1);
        assert!(said.contains(named) && said.contains("--lenient"), "{link}: {said}");
        let (status, stdout, stderr) = run(&mut lab(&["run", "--lenient", link]));
        assert_eq!((status, stdout), (0, output(&["run", BOOK])), "{link}");
        assert!(stderr.contains(named), "{link}: {stderr}");
    }
    let unknown = complaint(&["run", "#preset=nowhere"], 1);
    assert!(unknown.contains("starttls-lab presets"), "{unknown}");
}

#[test]
fn arguments_that_make_no_sense_are_told_with_what_was_expected() {
    let lists = "ws2003, ws2008, rustls, openssl";
    let cases: [(&[&str], &str, &str); 21] = [
        (&[], "no command", "run, read, presets, grid, suites, negotiate"),
        (&["walk"], "walk", "run, read, presets, grid, suites, negotiate"),
        (&["help", "walk"], "walk", "run, read, presets, grid, suites, negotiate"),
        (&["--version", "1"], "1", "too many"),
        (&["run", "--colour", "red"], "--colour", "--format, --out, --lenient"),
        (&["run", "-f", "json"], "-f", "--format, --out, --lenient"),
        (
            &["run", "--format", "pdf"],
            "pdf",
            "pcapng, keylog, transcript, send-log, receive-log, svg, handshake, json, listing",
        ),
        (&["run", "--format"], "no value", "--format FORMAT"),
        (&["run", "--out", "--format", "json"], "no value", "--out FILE"),
        (&["run", "--format=json", "--format=svg"], "--format", "once"),
        (&["run", "--lenient=yes"], "yes", "--lenient alone"),
        (&["run", BOOK, "#preset=postfix"], "#preset=postfix", "too many"),
        (&["read"], "FILE", "missing"),
        (&["read", "x", "--format", "pdf"], "pdf", "transcript"),
        (&["read", "x", "--lenient"], "--lenient", "--keys, --format, --out"),
        (&["grid", "--format", "pdf"], "pdf", "text, csv, markdown"),
        (&["suites", "ws2003"], "RIGHT", "missing"),
        (&["suites", "ws2003", "vista"], "vista", lists),
        (&["negotiate", "--client", "ws2003"], "--server LIST", "missing"),
        (&["negotiate", "--client", "ws2003", "--server", "rustls", "--key", "rsa,elgamal"], "rsa,elgamal", "dss"),
        (&["negotiate", "--client", "ws2003", "--server", "rustls", "--versions", "1.2-1.0"], "1.2-1.0", "ssl3"),
    ];
    for (arguments, found, expected) in cases {
        let said = complaint(arguments, 2);
        assert!(said.starts_with("starttls-lab"), "{said}");
        for words in [found, expected, "--help"] {
            assert!(said.contains(words), "{arguments:?} says {words}: {said}");
        }
    }
}

#[test]
fn a_closed_pipe_is_an_error() {
    for arguments in [&["presets"][..], &["--help"], &LARGE] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let child = lab(arguments).stdout(writer).stderr(Stdio::piped()).spawn().expect("the program");
        let Output { status, stderr, .. } = child.wait_with_output().expect("its end");
        let said = String::from_utf8_lossy(&stderr);
        assert_eq!(status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("standard output") && !said.contains("panicked"), "{said}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let full = || File::options().write(true).open("/dev/full").expect("the device");
    for arguments in [&["presets"][..], &["run", BOOK], &["--version"], &LARGE] {
        let (status, _, stderr) = run(lab(arguments).stdout(full()));
        assert_eq!(status, 1, "{arguments:?}");
        assert!(stderr.contains("standard output"), "{arguments:?}: {stderr}");
    }
    let said = complaint(&["run", "--out", "/dev/full"], 1);
    assert!(said.contains("/dev/full"), "{said}");
    assert!(fs::metadata("/dev/full").is_ok(), "the device is still there");
    // The complaint itself cannot be written, and the status tells it.
    let (status, ..) = run(lab(&["walk"]).stderr(full()));
    assert_eq!(status, 2);
}

#[test]
#[cfg(unix)]
fn an_argument_that_is_not_utf_8_is_an_error() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for place in [&[][..], &["run"], &["run", "--out"], &["presets", "--help"]] {
        let (status, stdout, stderr) = run(lab(place).arg(OsStr::from_bytes(b"caf\xe9\x1b[31m")));
        assert_eq!((status, stdout.as_str()), (2, ""), "{place:?}");
        assert!(stderr.contains("UTF-8") && stderr.contains("caf"), "{stderr}");
        assert!(!stderr.contains('\u{1b}'), "nothing of it acts on a terminal");
    }
}

#[test]
fn a_file_is_what_standard_output_would_be() {
    let folder = folder("whole");
    for arguments in [&["run", BOOK, "--format", "json"][..], &["presets"], &["suites", "ws2003", "ws2008"]] {
        let expected = output(arguments);
        assert_eq!(output(&[arguments, &["--out", "-"]].concat()), expected);
        let file = folder.join("out");
        fs::write(&file, "what stood there before, ".repeat(10_000)).expect("a file");
        assert_eq!(run(lab(arguments).arg("--out").arg(&file)), (0, String::new(), String::new()));
        assert_eq!(fs::read_to_string(&file).expect("the file"), expected, "{arguments:?}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_and_none_is_left() {
    let folder = folder("refused");
    let (missing, inner) = (folder.join("missing/out"), folder.join("folder"));
    fs::create_dir(&inner).expect("a folder");
    for place in [&missing, &inner] {
        let (status, stdout, stderr) = run(lab(&["run", BOOK, "--out"]).arg(place));
        assert_eq!((status, stdout.as_str()), (1, ""));
        assert!(stderr.contains(place.to_str().expect("UTF-8")), "{stderr}");
    }
    // A link that is not run leaves the file of before alone.
    let kept = folder.join("kept");
    fs::write(&kept, "before").expect("a file");
    assert_eq!(run(lab(&["run", "#preset=nowhere", "--out"]).arg(&kept)).0, 1);
    assert_eq!(fs::read_to_string(&kept).expect("the file"), "before");
}

/// A disk that fills while a file is written, as a limit on its size has it.
#[test]
#[cfg(target_os = "linux")]
fn half_a_file_is_not_left() {
    let file = folder("half").join("out");
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let mut limited = Command::new("sh");
    limited.args(["-c", script, env!("CARGO_BIN_EXE_starttls-lab")]).args(LARGE).arg("--out").arg(&file);
    let (status, stdout, stderr) = run(&mut limited);
    assert_eq!((status, stdout.as_str()), (1, ""), "{stderr}");
    assert!(stderr.contains("out") && !file.exists(), "{stderr}");
}

#[test]
fn the_presets_are_named_one_a_line() {
    let names = output(&["presets"]);
    assert!(names.lines().eq(PRESETS.iter().map(|preset| preset.name)));
}

#[test]
fn the_grid_has_every_cell_in_each_form() {
    let codes: Vec<String> = grid::places().map(|(policy, situation)| Cell::of(policy, situation).code()).collect();
    // Which columns are codes is told by the letters of docs/rules.md GR1; names of policies and what an attacker gets are no such words.
    let is_code = |cell: &&str| ["CL", "EU", "EA", "DF", "BN"].iter().any(|fate| cell.starts_with(fate));
    let text = output(&["grid"]);
    let (table, legend) = text.split_once("\n\n").expect("a table and a legend");
    assert!(legend.contains("in clear"));
    // The last column is told by the columns that it comes from.
    assert!(table.lines().skip(1).all(|row| row.ends_with("the message") || row.ends_with("unless mis-issued")));
    assert!(legend.lines().last().is_some_and(|line| ["K)", "(L)", "(L2)"].iter().all(|column| line.contains(column))));
    for (form, separator) in [("csv", ','), ("markdown", '|'), ("text", ' ')] {
        let written = output(&["grid", "--format", form]);
        let table = if form == "text" { table } else { written.as_str() };
        let cells = table.lines().skip(1).flat_map(|row| row.split(separator)).map(str::trim).filter(is_code);
        assert!(cells.eq(codes.iter().map(String::as_str)), "{form}");
    }
}

#[test]
fn a_suite_is_negotiated_by_list_order_keys_and_versions() {
    let lists = ["negotiate", "--client", "ws2008", "--server", "ws2003"];
    let chosen = |more: &[&str]| {
        let text = output(&[&lists[..], more].concat());
        let taken = text.lines().find(|line| line.trim_end().ends_with("taken") && !line.contains("possible"));
        taken.and_then(|line| line.split_whitespace().nth(1).map(str::to_owned))
    };
    // The server's first line that the client has too; and the client's first that the server has.
    assert_eq!(chosen(&["--prefer", "server"]).as_deref(), Some("TLS_RSA_WITH_RC4_128_MD5"));
    assert_eq!(chosen(&[]), chosen(&["--prefer", "server"]), "as Schannel does");
    assert_eq!(chosen(&["--prefer", "client"]).as_deref(), Some("TLS_RSA_WITH_RC4_128_SHA"));
    assert_eq!(chosen(&["--key", "dss"]).as_deref(), Some("TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA"));
    assert_eq!(chosen(&["--versions", "1.3"]), None);
    // Lines in an order of their own, and an order that the server follows.
    assert_eq!(chosen(&["--serves", "000a.0004"]).as_deref(), Some("TLS_RSA_WITH_3DES_EDE_CBC_SHA"));
    assert_eq!(chosen(&["--offers", "TLS_RSA_WITH_NULL_SHA"]), None);
}

/// What the model says of two old lists a session shows, and the command that is printed runs it.
#[test]
fn a_negotiation_is_tried_and_the_session_can_be_run() {
    for (more, expected) in [
        (&[][..], "TLS 1.0, TLS_RSA_WITH_RC4_128_MD5"),
        (&["--serves", "000a.0004"], "TLS 1.0, TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        (&["--key", "dss"], "TLS 1.0, TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA"),
        (&["--offers", "TLS_RSA_WITH_NULL_SHA"], "alert 40"),
    ] {
        let text = output(&[&["negotiate", "--client", "ws2008", "--server", "ws2003"], more].concat());
        let tried = format!("Tried for real: {expected}\n");
        assert!(text.contains(&tried), "{text}");
        let command = text.lines().last().expect("a command");
        let link = command.strip_prefix("starttls-lab run '").and_then(|rest| rest.strip_suffix('\'')).expect(command);
        let listing = output(&["run", link, "--format", "listing"]);
        assert_eq!(listing.contains("tls up"), !expected.starts_with("alert"), "{listing}");
    }
}

#[test]
fn the_table_of_the_suites_says_what_runs_here() {
    let text = output(&["suites", "ws2003", "ws2008"]);
    let count = |end: &str| text.lines().filter(|line| line.starts_with(['T', 'S']) && line.ends_with(end)).count();
    // 13 lines and 24, 6 of them in both, 2 of SSL 2.0.
    assert_eq!((count("ran here"), count("not here: SSL 2.0")), (13 + 24 - 6 - 2, 2));
}

/// The words of a line as a shell takes them: apostrophes are its only quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_commands_of_the_readme_do_what_they_say() {
    let readme = repository("README.md");
    let lines: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("cargo run --release -- ")).collect();
    assert!(lines.len() >= 5, "README.md shows the command line");
    let folder = folder("readme");
    for line in lines {
        let line = line.split_once(" # ").map_or(line, |(command, _)| command);
        let words = words(line);
        let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        let (status, _, stderr) = run(lab(&arguments).current_dir(&folder));
        assert_eq!((status, stderr.as_str()), (0, ""), "{line}");
        if let Some([_, file]) = arguments.windows(2).find(|pair| pair[0] == "--out") {
            assert!(folder.join(file).is_file(), "{line}");
        }
    }
}
