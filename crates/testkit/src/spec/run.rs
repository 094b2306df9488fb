//! Runs a page's sessions against a server.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::RespVersion;
use fanfare_protocol::decode::Value;

use super::matching::Matcher;
use super::notation::Expected;
use super::page::{Action, Page, Session, Step};
use super::words::{Captures, Unknown, has_names, request_words};
use crate::connection::{Connection, Frame, PATIENCE, encode_request};
use crate::server::{Product, TestServer};

/// How long an expected reply may take. Shorter than [`PATIENCE`], as a page may have many failures.
const REPLY_PATIENCE: Duration = Duration::from_secs(10);

/// Where a page is run.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The server.
    pub product: Product,
    /// What connections speak unless the page says otherwise.
    pub version: RespVersion,
    /// How requests are sent.
    pub sending: Sending,
}

/// How requests are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// Each once what is expected of the one before has come.
    OneByOne,
    /// Those that follow on each other on one connection in one piece, as a pipeline.
    Together,
}

impl Setting {
    /// Whether all of a session's or a line's conditions hold here.
    fn fulfils(self, conditions: &[String]) -> bool {
        conditions.iter().all(|condition| match condition.as_str() {
            "resp2" => self.version == RespVersion::Resp2,
            "resp3" => self.version == RespVersion::Resp3,
            "apart" => self.sending == Sending::OneByOne,
            "7.0" => self.product == Product::Redis70,
            "8.2" => matches!(self.product, Product::Redis82 | Product::Fanfare),
            // There is no real server of this version to prove it.
            "8.4" | "8.6" | "8.8" | "fanfare" => self.product == Product::Fanfare,
            _ => self.product != Product::Fanfare,
        })
    }
}

/// Runs all sessions of a page that belong into this setting.
/// The error tells of every session that failed.
pub fn run_page(page: &Page, setting: Setting) -> Result<()> {
    let mut common = None;
    let mut failures = Vec::new();
    for session in &page.sessions {
        if !setting.fulfils(&session.conditions) {
            continue;
        }
        if let Err(error) = run_session(session, setting, &mut common) {
            failures.push(format!("{}.md:{}: {error:#}", page.name, session.line));
            // What the failed session left behind must not reach the next one.
            common = None;
        }
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

fn run_session(session: &Session, setting: Setting, common: &mut Option<TestServer>) -> Result<()> {
    let own;
    let server: &TestServer = if session.arguments.is_empty() {
        match common {
            Some(server) => server,
            None => common.insert(TestServer::start(setting.product, &[])?),
        }
    } else {
        let arguments: Vec<&str> = session.arguments.iter().map(String::as_str).collect();
        own = TestServer::start(setting.product, &arguments)?;
        &own
    };
    let mut run =
        Run { server, setting, peers: BTreeMap::new(), captures: Captures::new(), sent: 0 };
    run.captures.insert("port".to_owned(), server.address().port().to_string());
    run.captures.insert("pid".to_owned(), server.pid().to_string());
    let steps: Vec<&Step> =
        session.steps.iter().filter(|step| setting.fulfils(&step.conditions)).collect();
    for (index, step) in steps.iter().enumerate() {
        run.step(step, &steps[index + 1..]).with_context(|| format!("line {}", step.line))?;
    }
    run.finish()?;
    if session.arguments.is_empty() { wait_until_alone(server) } else { Ok(()) }
}

/// A session at work.
struct Run<'a> {
    server: &'a TestServer,
    setting: Setting,
    peers: BTreeMap<String, Peer>,
    captures: Captures,
    /// How many of the next requests are on their way already.
    sent: usize,
}

/// One of a session's connections.
struct Peer {
    connection: Connection,
    version: RespVersion,
    /// What the connection will speak if the reply to come is no error.
    asked_version: Option<RespVersion>,
}

impl Run<'_> {
    /// Does one step; `behind` are those that come after it.
    fn step(&mut self, step: &Step, behind: &[&Step]) -> Result<()> {
        let name = &step.connection;
        if !self.peers.contains_key(name) {
            let peer = open_peer(self.server, self.setting.version)?;
            self.peers.insert(name.clone(), peer);
        }
        let peer = self.peers.get_mut(name).context("just put there")?;
        match &step.action {
            Action::Request(line) => {
                let words = request_words(line, &self.captures, Unknown::Refused)?;
                peer.note_version_asked(&words);
                if self.sent > 0 {
                    self.sent -= 1;
                    return Ok(());
                }
                let mut bytes = encode_request(&words);
                if self.setting.sending == Sending::Together {
                    for line in requests_behind(step, behind) {
                        let words = request_words(line, &self.captures, Unknown::Refused)?;
                        bytes.append(&mut encode_request(&words));
                        self.sent += 1;
                    }
                }
                peer.connection.send(&bytes)
            }
            Action::Bytes(line) => {
                let words = request_words(line, &self.captures, Unknown::Kept)?;
                ensure!(words.len() == 1, "one quoted string is sent, not {}", words.len());
                peer.connection.send(&words[0])
            }
            Action::Expect(expected) => {
                let deadline = Instant::now() + REPLY_PATIENCE;
                let frame = peer.connection.frame_before(deadline)?;
                let frame = frame.with_context(|| format!("expected {expected:?}, got nothing"))?;
                peer.check(expected, &frame, &mut self.captures)
            }
            Action::ExpectClosed => {
                let rest = peer.connection.read_until_closed()?;
                ensure!(rest.is_empty(), "received before the end: {}", rest.escape_ascii());
                self.peers.remove(name);
                Ok(())
            }
            Action::ExpectWaiting => {
                let address = peer.connection.stream().local_addr()?.to_string();
                wait_until_blocked(self.server, &address)
            }
            Action::Close => self.peers.remove(name).map_or(Ok(()), |peer| finish(name, peer)),
        }
    }

    /// Ends all connections; nothing may be left unread on any.
    fn finish(self) -> Result<()> {
        self.peers.into_iter().try_for_each(|(name, peer)| finish(&name, peer))
    }
}

impl Peer {
    fn note_version_asked(&mut self, words: &[Vec<u8>]) {
        let is = |at: usize, text: &str| {
            words.get(at).is_some_and(|word| word.eq_ignore_ascii_case(text.as_bytes()))
        };
        if is(0, "RESET") || is(0, "HELLO") && is(1, "2") {
            self.asked_version = Some(RespVersion::Resp2);
        } else if is(0, "HELLO") && is(1, "3") {
            self.asked_version = Some(RespVersion::Resp3);
        }
    }

    fn check(&mut self, expected: &Expected, frame: &Frame, captures: &mut Captures) -> Result<()> {
        if !matches!(frame.value, Value::Push(_))
            && let Some(version) = self.asked_version.take()
            && !matches!(frame.value, Value::Error(_))
        {
            self.version = version;
        }
        ensure!(
            self.version == RespVersion::Resp2 || !holds_old_null(frame),
            "a null of RESP2 in RESP3: {frame:?}"
        );
        let mut matcher = Matcher { version: self.version, captures };
        ensure!(
            matcher.matches(expected, &frame.value),
            "expected {expected:?}\nreceived {:?}",
            frame.value
        );
        Ok(())
    }
}

/// The requests that can be sent together with a step's: those of its connection up to where something else happens, or where
/// words of a reply are needed.
fn requests_behind<'s>(step: &Step, behind: &[&'s Step]) -> impl Iterator<Item = &'s str> {
    let is_reply = |one: &&&Step| matches!(one.action, Action::Request(_) | Action::Expect(_));
    let steps = behind.iter().take_while(|one| one.connection == step.connection);
    let requests = steps.take_while(is_reply).filter_map(|one| match &one.action {
        Action::Request(line) => Some(line.as_str()),
        _ => None,
    });
    requests.take_while(|line| !has_names(line))
}

/// Whether a null is written as RESP2 writes it.
fn holds_old_null(frame: &Frame) -> bool {
    fn holds_null(value: &Value) -> bool {
        value.is_null() || value.as_items().is_some_and(|items| items.iter().any(holds_null))
    }
    let old_forms = |bytes: &[u8]| matches!(bytes, b"$-1\r\n" | b"*-1\r\n");
    holds_null(&frame.value) && frame.bytes.windows(5).any(old_forms)
}

fn open_peer(server: &TestServer, version: RespVersion) -> Result<Peer> {
    let mut connection = server.connect()?;
    let mut spoken = RespVersion::Resp2;
    // A server with a password refuses this; the page then goes on in RESP2.
    if version == RespVersion::Resp3
        && !matches!(connection.call(&["HELLO", "3"])?, Value::Error(_))
    {
        spoken = version;
    }
    Ok(Peer { connection, version: spoken, asked_version: None })
}

fn finish(name: &str, mut peer: Peer) -> Result<()> {
    peer.connection.finish()?;
    let rest = peer.connection.read_until_closed()?;
    ensure!(rest.is_empty(), "connection {name:?} also received {}", rest.escape_ascii());
    Ok(())
}

/// Waits until the client at `address` is in a blocking command.
fn wait_until_blocked(server: &TestServer, address: &str) -> Result<()> {
    let mut control = server.connect()?;
    let start = Instant::now();
    while start.elapsed() < REPLY_PATIENCE {
        let list = control.call(&["CLIENT", "LIST"])?;
        let lines = String::from_utf8_lossy(list.as_bytes().context("CLIENT LIST")?).into_owned();
        let line = lines.lines().find(|line| line.contains(&format!(" addr={address} ")));
        let mut fields = line.context("the client is gone")?.split(' ');
        let flags = fields.find_map(|field| field.strip_prefix("flags="));
        if flags.is_some_and(|flags| flags.contains('b')) {
            return Ok(());
        }
    }
    bail!("the client does not wait")
}

/// Waits until the server has forgotten a session's connections.
fn wait_until_alone(server: &TestServer) -> Result<()> {
    let mut control = server.connect()?;
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let list = control.call(&["CLIENT", "LIST"])?;
        let lines = list.as_bytes().with_context(|| format!("CLIENT LIST says {list:?}"))?;
        if lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count() == 1 {
            // The next session must not find this connection either.
            control.finish()?;
            control.read_until_closed()?;
            return Ok(());
        }
    }
    bail!("the server still holds connections of the session")
}
