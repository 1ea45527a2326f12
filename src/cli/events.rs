//! `portal events`.

use super::database::PAGE;
use super::output::{print_json, print_line, print_table};
use super::{CliError, CliResult, open_migrated, read_all};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::Timestamp;
use crate::store::{Db, EventState, InboxEvent, StoreResult};
use chrono::TimeDelta;
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::process::ExitCode;

/// How much of an error a line shows, in characters.
const ERROR_LENGTH: usize = 80;

#[derive(Subcommand)]
pub enum Command {
    /// List the events in the inbox that are not done.
    ///
    /// A dead event was tried for about three days and then given up; it is kept. A waiting one is yet
    /// to be processed, or failed and will be retried.
    #[command(
        after_help = "Examples:\n  portal events list\n  portal events list --state waiting --json"
    )]
    List {
        #[arg(long, value_enum, default_value = "dead")]
        state: State,
        /// Print JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Show everything the inbox stores about an event.
    ///
    /// Payloads are not kept: what happened is read from Stripe when the event is processed.
    #[command(after_help = "Example:\n  portal events show evt_1Nxyz --json")]
    Show {
        /// The Stripe Event's id.
        id: String,
        /// Print JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Put events back to waiting, so that a running portal processes them at once.
    ///
    /// This is safe for any event, even one that is done: it only syncs the tenant with Stripe again.
    #[command(
        after_help = "Examples:\n  portal events replay evt_1Nxyz evt_1Nabc\n  portal events replay --all-dead"
    )]
    Replay {
        /// The Stripe Events' ids.
        #[arg(required_unless_present = "all_dead", conflicts_with = "all_dead")]
        ids: Vec<String>,
        /// All dead events.
        #[arg(long)]
        all_dead: bool,
    },
}

/// Which events to list.
#[derive(Clone, Copy, ValueEnum)]
pub enum State {
    Dead,
    Waiting,
    /// Both.
    All,
}

pub async fn run(config: &Config, command: Command) -> CliResult {
    let db = open_migrated(config).await?;
    let now = Clock::default().now();
    match command {
        Command::List { state, json } => {
            let events = list(&db, state).await?;
            if json {
                print_json(&events.iter().map(|event| to_json(event, now)).collect::<Vec<_>>())?;
            } else {
                let rows: Vec<[String; 7]> =
                    events.iter().map(|event| to_row(event, now)).collect();
                let headings = ["ID", "TYPE", "CUSTOMER", "STATE", "TRIES", "AGE", "ERROR"];
                print_table(headings, &rows)?;
            }
        }
        Command::Show { id, json } => {
            let event = db.inbox_event(&id).await?.ok_or_else(|| unknown(&id))?;
            let shown = to_json(&event, now);
            match shown.as_object() {
                Some(fields) if !json => {
                    for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        print_line(format!("{name:<13} {text}"))?;
                    }
                }
                _ => print_json(&shown)?,
            }
        }
        Command::Replay { ids, all_dead } => {
            let count = if all_dead {
                replay_dead(&db, now).await?
            } else {
                for id in &ids {
                    db.inbox_event(id).await?.ok_or_else(|| unknown(id))?;
                }
                let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
                db.replay_events(&ids, now).await?
            };
            let events = if count == 1 { "1 event" } else { &format!("{count} events") };
            print_line(format!("Put {events} back to waiting."))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(db: &Db, state: State) -> StoreResult<Vec<InboxEvent>> {
    let mut events = Vec::new();
    if matches!(state, State::Dead | State::All) {
        events.extend(read_all(async |last, limit| db.dead_events(last, limit).await).await?);
    }
    if matches!(state, State::Waiting | State::All) {
        events.extend(read_all(async |last, limit| db.waiting_events(last, limit).await).await?);
    }
    Ok(events)
}

async fn replay_dead(db: &Db, now: Timestamp) -> Result<usize, CliError> {
    let (mut count, mut last) = (0, None);
    loop {
        let page = db.dead_events(last.as_ref(), PAGE).await?;
        let ids: Vec<&str> = page.iter().map(|event| event.id.as_str()).collect();
        if ids.is_empty() {
            return Ok(count);
        }
        count += db.replay_events(&ids, now).await?;
        last = page.last().cloned();
    }
}

fn unknown(id: &str) -> CliError {
    CliError::failed(format!(
        "there is no event '{id}' in the inbox: it never arrived, or is long done with. \
         `portal sync` fetches what Stripe could not deliver"
    ))
}

/// The state, as this command calls it.
fn state(event: &InboxEvent) -> &'static str {
    match event.state {
        EventState::Pending => "waiting",
        EventState::Done | EventState::Dead => event.state.as_str(),
    }
}

fn to_json(event: &InboxEvent, now: Timestamp) -> Value {
    let next_try = (event.state == EventState::Pending).then_some(event.due_at);
    json!({
        "id": event.id,
        "type": event.event_type,
        "state": state(event),
        "attempts": event.attempts,
        "error": event.last_error,
        "customer": event.customer_id,
        "object": event.object_id,
        "object_type": event.object_type,
        "request": event.request_id,
        "livemode": event.livemode,
        "api_version": event.api_version,
        "created_at": event.created_at,
        "received_at": event.received_at,
        "next_try_at": next_try,
        "age_seconds": (now - event.received_at).num_seconds(),
    })
}

fn to_row(event: &InboxEvent, now: Timestamp) -> [String; 7] {
    let error = event.last_error.as_deref().unwrap_or_default();
    let error: String = error.replace('\n', " ").chars().take(ERROR_LENGTH).collect();
    [
        event.id.clone(),
        event.event_type.clone(),
        event.customer_id.clone().unwrap_or_default(),
        state(event).to_owned(),
        event.attempts.to_string(),
        age(now - event.received_at),
        error,
    ]
}

/// "40 s", "12 min", "5 h", "3 d".
fn age(age: TimeDelta) -> String {
    match (age.num_days(), age.num_hours(), age.num_minutes()) {
        (0, 0, 0) => format!("{} s", age.num_seconds()),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, _) => format!("{hours} h"),
        (days, ..) => format!("{days} d"),
    }
}
