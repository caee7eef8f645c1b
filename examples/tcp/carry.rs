//! Carries one connection between an end and a socket. When to give up is the end's to say; `tests/attacks` lets hostile programs try it.

// Time is real here.
#![allow(clippy::disallowed_methods)]

use starttls_lab::lab::{OneEnd, RATE};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// How long the other program may take to read the last words, and to end, too.
const GOODBYE: Duration = Duration::from_secs(2);

/// Carries one connection to its end.
pub fn carry(end: &mut OneEnd, mut stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut octets = [0; 16_384];
    let mut before = Instant::now();
    loop {
        let (said, closes) = end.take_said();
        let patience = if end.is_closed() { GOODBYE } else { Duration::from_micros(end.patience()) };
        // A peer that closed early, or does not read, does not get what is sent after that.
        let gone = write(stream, &said, patience).is_err();
        if closes || end.is_closed() {
            break;
        }
        stream.set_read_timeout(Some(some(Duration::from_micros(end.patience()))))?;
        let read = if gone { Ok(0) } else { stream.read(&mut octets) };
        let passed = before.elapsed();
        before += passed;
        end.pass(u64::try_from(passed.as_micros()).unwrap_or(u64::MAX));
        match read {
            Ok(0) => end.hear_end(),
            Ok(count) => end.hear(&octets[..count]),
            // Nothing came, and time has passed.
            Err(error) if is_late(&error) => {}
            Err(_) => end.hear_end(),
        }
    }
    // The other one is to read the last words before it learns that the connection has ended.
    let _ = stream.shutdown(Shutdown::Write);
    let goodbye = Instant::now();
    while let Some(left) = GOODBYE.checked_sub(goodbye.elapsed()) {
        stream.set_read_timeout(Some(some(left)))?;
        if !matches!(stream.read(&mut octets), Ok(1..)) {
            break;
        }
    }
    Ok(())
}

/// All of it, or an error where for as long as its patience the other program reads less than it should.
fn write(mut stream: &TcpStream, mut octets: &[u8], patience: Duration) -> io::Result<()> {
    let enough = (patience.as_secs_f64() * RATE as f64) as usize;
    let (mut since, mut written) = (Instant::now(), 0);
    while !octets.is_empty() {
        let left = match patience.checked_sub(since.elapsed()) {
            Some(left) => left,
            None if written < enough => return Err(io::ErrorKind::TimedOut.into()),
            None => {
                (since, written) = (Instant::now(), 0);
                patience
            }
        };
        stream.set_write_timeout(Some(some(left)))?;
        match stream.write(octets) {
            Ok(count) => {
                written += count;
                octets = octets.get(count..).unwrap_or_default();
            }
            Err(error) if is_late(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// A socket takes no zero for a time to wait.
fn some(duration: Duration) -> Duration {
    duration.max(Duration::from_millis(1))
}
