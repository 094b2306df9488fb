//! What a fresh connection says first.

use fanfare_protocol::RespVersion;

use crate::{Connection, ReceiveError, Value};

/// Who connects, and to what.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// `HELLO` is sent for RESP3 only: RESP2 is what connections start with.
    pub version: RespVersion,
    /// The user; without one, a password is the default user's.
    pub user: Option<String>,
    /// The password; without one, no authentication is tried.
    pub password: Option<String>,
    /// The database.
    pub database: i32,
}

/// A connection that stands but does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The server refused a step, with this error.
    #[error("{} failed: {}", step, String::from_utf8_lossy(reply))]
    Refused {
        /// The command.
        step: &'static str,
        /// Its error, code word included.
        reply: Vec<u8>,
    },
    /// The connection failed.
    #[error(transparent)]
    Receive(#[from] ReceiveError),
}

impl Connection {
    /// Authenticates, switches to RESP3 and selects a database, as far as `login` asks for it.
    pub fn login(&mut self, login: &Login) -> Result<(), LoginError> {
        if let Some(password) = &login.password {
            let mut request = vec!["AUTH"];
            request.extend(login.user.as_deref());
            request.push(password);
            self.step("AUTH", &request)?;
        }
        if login.version == RespVersion::Resp3 {
            self.step("HELLO", &["HELLO", "3"])?;
        }
        if login.database != 0 {
            self.step("SELECT", &["SELECT", &login.database.to_string()])?;
        }
        Ok(())
    }

    fn step(&mut self, step: &'static str, request: &[&str]) -> Result<(), LoginError> {
        match self.call(request)? {
            Value::Error(reply) => Err(LoginError::Refused { step, reply }),
            _ => Ok(()),
        }
    }
}
