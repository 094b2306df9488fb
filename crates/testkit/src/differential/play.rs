//! Plays a sequence on a server and writes down what every connection received.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fanfare_protocol::RespVersion;
use fanfare_protocol::decode::Value;
use rustix::thread::CpuSet;

use super::pin::{Pinned, choose_processor, pin_process};
use super::sequence::{Action, Sequence, Step, Word};
use super::vocabulary::{OUTPUT_LIMITS, PARAMETERS};
use crate::connection::{Connection, Frame, PATIENCE, encode_request};
use crate::server::TestServer;

/// The name of the connection that keeps order among the others; replies leave it out.
pub const CONTROL_NAME: &str = "control";

/// How long the subject may take for a frame that the reference gave at once.
const FRAME_PATIENCE: Duration = Duration::from_secs(10);

/// Pieces of a request at most. The kernel sends ten segments before it waits for the peer's to say
/// that they have come, which that may put off for 40 ms: longer than any barrier waits.
const PIECES_MAX: usize = 8;

/// What one connection received during one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Replies and pushes.
    pub frames: Vec<Frame>,
    /// Whether the server ended the connection.
    pub closed: bool,
}

/// For each step, what each connection received.
pub type Transcript = Vec<Vec<Received>>;

/// A server together with the connection that keeps order.
#[derive(Debug)]
pub struct Stage {
    server: TestServer,
    control: Connection,
    /// Where the server and its player run, if they share a processor.
    processor: Option<CpuSet>,
}

/// One of the sequence's connections.
struct Actor {
    connection: Connection,
    id: String,
    address: String,
}

impl Stage {
    /// Takes over a server that is to be played with a guide.
    pub fn new(server: TestServer) -> Result<Self> {
        let mut control = server.connect()?;
        let reply = control.call(&["CLIENT", "SETNAME", CONTROL_NAME])?;
        ensure!(reply == Value::Simple(b"OK".to_vec()), "CLIENT SETNAME says {reply:?}");
        Ok(Self { server, control, processor: None })
    }

    /// Takes over a server of one thread, whose silence is to mean something: see [`super::pin`].
    pub fn on_one_processor(server: TestServer) -> Result<Self> {
        let processor = choose_processor()?;
        pin_process(server.pid(), &processor)?;
        Ok(Self { processor: Some(processor), ..Self::new(server)? })
    }

    /// Plays a sequence.
    ///
    /// Without a guide, what has arrived after the server went round twice is taken. With the
    /// reference's transcript as a guide, each connection is given time to receive as much as there.
    pub fn play(&mut self, sequence: &Sequence, guide: Option<&Transcript>) -> Result<Transcript> {
        let _pinned = self.processor.as_ref().map(Pinned::to).transpose()?;
        let mut actors: Vec<Option<Actor>> = Vec::new();
        for &version in &sequence.connections {
            actors.push(Some(self.open(version)?));
        }
        let mut transcript = Transcript::new();
        for (index, step) in sequence.steps.iter().enumerate() {
            let version = sequence.connections[step.connection];
            if actors[step.connection].is_none() {
                actors[step.connection] = Some(self.open(version)?);
            }
            perform(&mut actors, step.connection, &step.action)?;
            let guide = guide.and_then(|guide| guide.get(index));
            let received = self.gather(&mut actors, guide)?;
            let short = guide.is_some_and(|guide| is_short(&received, guide));
            transcript.push(received);
            if short {
                break;
            }
        }
        drop(actors);
        self.restore(sequence)?;
        Ok(transcript)
    }

    fn open(&self, version: RespVersion) -> Result<Actor> {
        let mut connection = self.server.connect()?;
        let Value::Integer(id) = connection.call(&["CLIENT", "ID"])? else {
            bail!("CLIENT ID gives no integer")
        };
        if version == RespVersion::Resp3 {
            connection.call(&["HELLO", "3"])?;
        }
        let address = connection.stream().local_addr()?.to_string();
        Ok(Actor { connection, id: id.to_string(), address })
    }

    /// What every connection has received since the last step.
    fn gather(
        &mut self,
        actors: &mut [Option<Actor>],
        guide: Option<&Vec<Received>>,
    ) -> Result<Vec<Received>> {
        let mut all = vec![Received::default(); actors.len()];
        if let Some(guide) = guide {
            let deadline = Instant::now() + FRAME_PATIENCE;
            for ((actor, received), guide) in actors.iter_mut().zip(&mut all).zip(guide) {
                let Some(actor) = actor else { continue };
                while received.frames.len() < guide.frames.len() || guide.closed {
                    if !receive_one(actor, received, deadline)? {
                        break;
                    }
                }
            }
        }
        // What was sent before the first round is answered before the second ends.
        for _ in 0..2 {
            self.control.call(&["PING"])?;
        }
        for (actor, received) in actors.iter_mut().zip(&mut all) {
            if let Some(present) = actor {
                while !received.closed && receive_one(present, received, Instant::now())? {}
            }
            if received.closed {
                *actor = None;
            }
        }
        Ok(all)
    }

    /// Waits until only the control connection is left, and undoes what sequences change.
    fn restore(&mut self, sequence: &Sequence) -> Result<()> {
        let is_set = |step: &Step| step.action.begins_with(&["CONFIG", "SET"]);
        if sequence.steps.iter().any(is_set) {
            self.restore_parameters()?;
        }
        self.control.call(&["CLIENT", "UNPAUSE"])?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let list = self.control.call(&["CLIENT", "LIST"])?;
            let lines = list.as_bytes().with_context(|| format!("CLIENT LIST says {list:?}"))?;
            if String::from_utf8_lossy(lines).lines().count() == 1 {
                return Ok(());
            }
        }
        bail!("the server still holds connections of the sequence")
    }

    fn restore_parameters(&mut self) -> Result<()> {
        let mut restoring = vec!["CONFIG", "SET"];
        for (name, value) in PARAMETERS.iter().chain([&OUTPUT_LIMITS]) {
            restoring.extend([name, value]);
        }
        let reply = self.control.call(&restoring)?;
        ensure!(!matches!(reply, Value::Error(_)), "CONFIG SET says {reply:?}");
        Ok(())
    }
}

/// Whether a connection got less than the reference's.
fn is_short(received: &[Received], guide: &[Received]) -> bool {
    received.iter().zip(guide).any(|(ours, theirs)| {
        ours.frames.len() < theirs.frames.len() || ours.closed != theirs.closed
    })
}

/// Reads one frame or the end of the stream; false when neither has come by the deadline.
fn receive_one(actor: &mut Actor, received: &mut Received, deadline: Instant) -> Result<bool> {
    match actor.connection.frame_before(deadline) {
        Ok(Some(frame)) => received.frames.push(frame),
        Ok(None) => return Ok(false),
        Err(error) if actor.connection.is_closed() => {
            if actor.connection.unread_bytes() > 0 {
                return Err(error.context("the stream ended inside a frame"));
            }
            received.closed = true;
            return Ok(false);
        }
        Err(error) => return Err(error),
    }
    Ok(true)
}

fn perform(actors: &mut [Option<Actor>], number: usize, action: &Action) -> Result<()> {
    let (bytes, piece_bytes) = match action {
        Action::Close => {
            actors[number] = None;
            return Ok(());
        }
        Action::Bytes(bytes) => (bytes.clone(), 0),
        Action::Request { words, piece_bytes } => {
            let words: Vec<Vec<u8>> = words.iter().map(|word| fill_in(word, actors)).collect();
            (encode_request(&words), *piece_bytes)
        }
    };
    let actor = actors[number].as_mut().context("opened just before")?;
    let least_bytes = bytes.len().div_ceil(if piece_bytes == 0 { 1 } else { PIECES_MAX });
    // The server may end the connection while pieces are still being sent.
    for piece in bytes.chunks(piece_bytes.max(least_bytes).max(1)) {
        if actor.connection.send(piece).is_err() {
            break;
        }
    }
    Ok(())
}

fn fill_in(word: &Word, actors: &[Option<Actor>]) -> Vec<u8> {
    let of = |number: usize| actors.get(number).and_then(Option::as_ref);
    match word {
        Word::Bytes(bytes) => bytes.clone(),
        Word::IdOf(number) => of(*number).map_or("0", |actor| &actor.id).into(),
        Word::AddressOf(number) => of(*number).map_or("0", |actor| &actor.address).into(),
    }
}
