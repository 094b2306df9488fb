//! Work that every reactor must do before a command can answer, such as listing all clients.
//!
//! The command's connection is parked; each reactor does the work on its own connections; the last one to finish mails
//! the command's reactor, which answers and goes on with the connection's next request. No reactor waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fanfare_engine::command::CommandError;
use fanfare_engine::keyspace::Client;
use fanfare_pubsub::ReactorId;
use fanfare_stdx::lock::Mutex;

use super::core::{ConnectionKey, Reactor};
use super::mail::Mail;
use crate::context::Context;

/// Rank of a visit's locks (`docs/locks.md`).
const RANK: u8 = 5;

/// What one reactor found: numbered texts to be put in order, and a count.
#[derive(Debug, Default)]
pub struct Findings {
    /// Texts with the client numbers they belong to.
    pub texts: Vec<(u64, Vec<u8>)>,
    /// How many of whatever was counted.
    pub count: u64,
    /// The client that was looked for, if this reactor has it.
    pub client: Option<Client>,
}

type Work = Box<dyn Fn(&mut Reactor) -> Findings + Send + Sync>;
type Answer = Box<dyn FnOnce(&mut Context<'_>, Findings) -> Result<(), CommandError> + Send>;

/// One such piece of work.
pub struct Visit {
    work: Work,
    /// Taken by the reactor that answers.
    answer: Mutex<Option<Answer>, RANK>,
    findings: Mutex<Findings, RANK>,
    /// Reactors that have not finished, the command's own left out.
    left: AtomicUsize,
    home: ReactorId,
    key: ConnectionKey,
    client_id: u64,
}

impl Visit {
    /// Does the work on one reactor.
    fn visit(&self, reactor: &mut Reactor) {
        let found = (self.work)(reactor);
        let mut findings = self.findings.lock();
        findings.texts.extend(found.texts);
        findings.count += found.count;
        findings.client = findings.client.or(found.client);
    }
}

impl Context<'_> {
    /// Has every reactor do `work`, then calls `answer` with all findings, texts in order of their numbers.
    ///
    /// With one reactor both happen at once; with several, a transaction cannot wait for them, and an error is the reply.
    /// The handler must return what this call does, without writing a reply.
    pub fn visit_reactors(
        &mut self,
        work: impl Fn(&mut Reactor) -> Findings + Send + Sync + 'static,
        answer: impl FnOnce(&mut Context<'_>, Findings) -> Result<(), CommandError> + Send + 'static,
    ) -> Result<(), CommandError> {
        let reactors = self.shared().mailboxes.len();
        if reactors == 1 {
            let findings = work(self.reactor);
            return answer(self, sorted(findings));
        }
        if self.reactor.executes() {
            return Err(CommandError::Text(
                "ERR this command asks all threads and cannot run in a transaction",
            ));
        }
        let home = self.reactor.id;
        let key = self.key;
        let connection = self.connection();
        connection.is_parked = true;
        let visit = Arc::new(Visit {
            work: Box::new(work),
            answer: Mutex::new(Some(Box::new(answer))),
            findings: Mutex::default(),
            left: AtomicUsize::new(reactors - 1),
            home,
            key,
            client_id: connection.session.id,
        });
        let others = (0..reactors).map(|id| ReactorId(id as u16)).filter(|&id| id != home);
        others.for_each(|id| self.shared().send(id, Mail::Visit(Arc::clone(&visit))));
        // Done here and now, so that the time it takes is this command's.
        visit.visit(self.reactor);
        Ok(())
    }
}

impl Reactor {
    pub(super) fn receive_visit(&mut self, visit: &Arc<Visit>) {
        visit.visit(self);
        if visit.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            let mail = Mail::Visited(visit.key, visit.client_id, Arc::clone(visit));
            self.shared.send(visit.home, mail);
        }
    }

    pub(super) fn end_visit(&mut self, key: ConnectionKey, client_id: u64, visit: &Visit) {
        let asked = self.connections.get_mut(key as usize);
        let Some(connection) = asked.filter(|one| one.session.id == client_id) else { return };
        connection.is_parked = false;
        let Some(answer) = visit.answer.lock().take() else { return };
        let findings = sorted(std::mem::take(&mut *visit.findings.lock()));
        let mark = self.connections[key as usize].output.mark(&mut self.pool);
        let mut context = Context::new(self, key);
        if let Err(error) = answer(&mut context, findings) {
            self.account_late_error(key, &error.text());
            self.connections[key as usize].output.truncate(mark);
            error.write(&mut self.reply(key));
        }
        self.end_reply(key, mark);
        self.note_readable(key);
    }
}

fn sorted(mut findings: Findings) -> Findings {
    findings.texts.sort_by_key(|(number, _)| *number);
    findings
}
