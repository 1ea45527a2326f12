//! `Idempotency-Key`: the first answer is kept, and returned again.

use crate::sandbox::clock::wall;
use crate::sandbox::protocol::errors::ApiError;
use dioxus::server::axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

const KEPT: i64 = 24 * 3_600;
const LONGEST: usize = 255;

/// The answer kept under a key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Saved {
    request: Value,
    at: i64,
    status: u16,
    body: Value,
}

impl Saved {
    /// When it was given: wall time, in Unix seconds.
    pub fn at(&self) -> i64 {
        self.at
    }
}

/// Answers by idempotency key.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    saved: HashMap<String, Saved>,
    /// The keys used since the answers were last kept on disk.
    touched: Vec<String>,
}

impl Answers {
    /// The answer kept under a key, if there is one. A request is identified by its method, path and
    /// decoded parameters in any order; a different one may not use the key.
    pub fn find(
        &mut self,
        key: &str,
        request: &Value,
    ) -> Result<Option<(StatusCode, Value)>, ApiError> {
        if key.chars().count() > LONGEST {
            return Err(ApiError::key_too_long());
        }
        let now = wall();
        self.saved.retain(|_, saved| now - saved.at < KEPT);
        match self.saved.get(key) {
            Some(saved) if saved.request != *request => Err(ApiError::key_reused(key)),
            Some(saved) => {
                let status = StatusCode::from_u16(saved.status).unwrap_or_default();
                Ok(Some((status, saved.body.clone())))
            }
            None => Ok(None),
        }
    }

    /// Keeps a request's answer under its key.
    pub fn keep(&mut self, key: &str, request: Value, status: StatusCode, body: &Value) {
        let saved = Saved { request, at: wall(), status: status.as_u16(), body: body.clone() };
        self.insert(key.to_owned(), saved);
    }

    /// Stores an answer under its key.
    pub fn insert(&mut self, key: String, saved: Saved) {
        self.touched.push(key.clone());
        self.saved.insert(key, saved);
    }

    /// The answers given since they were last kept on disk.
    pub fn touched(&self) -> impl Iterator<Item = (&str, &Saved)> {
        self.touched.iter().filter_map(|key| Some((key.as_str(), self.saved.get(key)?)))
    }

    /// Marks every answer as kept on disk.
    pub fn settle(&mut self) {
        self.touched.clear();
    }
}
